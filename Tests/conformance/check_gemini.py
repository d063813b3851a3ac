"""google-genai: images by generate_content, unchanged, against the simulator."""

import sys

from google import genai
from google.genai import errors, types
from harness import JPEG, PNG, URL, check, expect, raises, requests, run, scenario, state

VERSION = sys.argv[1]
MODEL = "gemini-2.5-flash-image"


def generate(prompt="a lighthouse", config=None, **options):
    # The client closes itself when nothing holds it any more.
    client = genai.Client(api_key="test-key", http_options=types.HttpOptions(base_url=URL, **options))
    return client.models.generate_content(model=MODEL, contents=prompt, config=config)


def pictures(answer):
    return [part.inline_data for part in answer.candidates[0].content.parts if part.inline_data]


@check(f"a picture, asked for under /{VERSION}")
def _():
    picture = pictures(generate())[0]
    expect(picture.mime_type == "image/png" and picture.data.startswith(PNG), "no PNG")
    path = requests()[0]["path"]
    expect(path == f"/{VERSION}/models/{MODEL}:generateContent", path)


@check("/v1beta when it is asked for")
def _():
    expect(pictures(generate(api_version="v1beta"))[0].data.startswith(PNG), "no PNG")
    expect(requests()[0]["path"].startswith("/v1beta/"), requests()[0]["path"])


@check("the configuration of a picture, a JPEG answer and its usage")
def _():
    scenario("jpeg")
    config = types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        image_config=types.ImageConfig(aspect_ratio="16:9"),
        safety_settings=[types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_ONLY_HIGH")],
        seed=7,
    )
    answer = generate(config=config)
    expect(pictures(answer)[0].data.startswith(JPEG), "no JPEG")
    expect(answer.usage_metadata.candidates_token_count == 1290, str(answer.usage_metadata))


@check("a picture to edit goes in and another comes out")
def _():
    answer = generate(["more rain", types.Part.from_bytes(data=PNG, mime_type="image/png")])
    expect(pictures(answer)[0].data.startswith(PNG), "no PNG")


@check("refusals: the prompt, the picture, in words")
def _():
    scenario("prompt-blocked")
    answer = generate()
    expect(not answer.candidates and answer.prompt_feedback.block_reason.value == "PROHIBITED_CONTENT", str(answer))
    scenario("image-blocked")
    expect(generate().candidates[0].finish_reason.value == "IMAGE_SAFETY", "another finish reason")
    scenario("text-only")
    answer = generate()
    expect(answer.candidates[0].finish_reason.value == "STOP" and not pictures(answer) and answer.text, str(answer))
    expect(state()["billable"] == 0, "a refusal was counted as billable")


@check("429 with its delay, not repeated")
def _():
    scenario({"status": 429, "retryInfoMs": 1500, "quotaId": "PerMinute"})
    error = raises(errors.ClientError, generate)
    expect(error.code == 429 and error.status == "RESOURCE_EXHAUSTED", str(error))
    expect("1.500s" in str(error.details), str(error.details))
    expect(state()["total"] == 1, str(state()))


@check("503 twice, repeated by the SDK as it was told to")
def _():
    scenario({"flaky": 2})
    retry = types.HttpRetryOptions(attempts=3, initial_delay=0.01, max_delay=0.02)
    expect(pictures(generate(retry_options=retry))[0].data.startswith(PNG), "no PNG")
    expect(state()["total"] == 3, str(state()))


@check("a wrong key, an unknown model, a server error")
def _():
    scenario(keys=["another"])
    error = raises(errors.ClientError, generate)
    expect(error.code == 400 and "API key not valid" in error.message, str(error))
    scenario(models=["another"])
    expect(raises(errors.ClientError, generate).code == 404, "another code")
    scenario({"status": 500})
    expect(raises(errors.ServerError, generate).code == 500, "another code")


@check("a call that hangs is given up")
def _():
    scenario("hang-before-headers")
    # Which HTTP library raises it differs between the versions.
    error = raises(Exception, lambda: generate(timeout=1500))
    expect("timeout" in type(error).__name__.lower(), repr(error))
    expect(requests()[0]["form"] == "gemini", str(requests()))


run("google-genai")
