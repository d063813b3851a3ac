#pragma once

#include <jansson.h>

// Swift does not import function-like macros, and cannot name the fixed-size arrays and the enum that shares its name
// with a function inside json_error_t. Each wrapper below stands for one of those.

/// Why json_loadb failed, as a plain number of enum json_error_code.
static inline int darkroom_json_error_code(const json_error_t *_Nonnull error) {
    return (int)json_error_code(error);
}

/// jansson's words: NUL-terminated, at most JSON_ERROR_TEXT_LENGTH bytes, valid as long as `error`.
static inline const char *_Nonnull darkroom_json_error_text(const json_error_t *_Nonnull error) {
    return error->text;
}

enum {
    darkroom_json_unknown = json_error_unknown,
    darkroom_json_out_of_memory = json_error_out_of_memory,
    darkroom_json_stack_overflow = json_error_stack_overflow,
    darkroom_json_invalid_utf8 = json_error_invalid_utf8,
    darkroom_json_premature_end = json_error_premature_end_of_input,
    darkroom_json_end_expected = json_error_end_of_input_expected,
    darkroom_json_null_character = json_error_null_character,
    darkroom_json_null_byte_in_key = json_error_null_byte_in_key,
    darkroom_json_duplicate_key = json_error_duplicate_key,
    darkroom_json_numeric_overflow = json_error_numeric_overflow,
};

static const size_t darkroom_json_indent_2 = JSON_INDENT(2);
