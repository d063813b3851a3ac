"""openai: images.generate, unchanged, against the simulator and its imitations of self-hosted servers."""

import base64

import openai
from harness import JPEG, PNG, URL, check, download, expect, raises, requests, run, scenario, state


def client(**options):
    return openai.OpenAI(api_key="sk-test", base_url=f"{URL}/v1", **options)


def generate(options=None, **fields):
    fields = {"model": "gpt-image-1.5", "prompt": "a lighthouse", **fields}
    return client(**(options or {})).images.generate(**fields)


def pictures(answer):
    return [base64.b64decode(entry.b64_json) for entry in answer.data]


@check("a picture as base64, with its usage and request id")
def _():
    answer = generate(size="1536x1024", quality="low")
    expect(pictures(answer)[0].startswith(PNG), "no PNG")
    expect(answer.size == "1536x1024" and answer.quality == "low" and answer.output_format == "png", str(answer)[-300:])
    expect(answer.usage.total_tokens > 0 and answer._request_id.startswith("req_"), "no usage or request id")
    expect(requests()[0]["form"] == "openai", str(requests()[0]))


@check("three JPEGs")
def _():
    made = pictures(generate(n=3, output_format="jpeg"))
    expect(len(set(made)) == 3 and all(picture.startswith(JPEG) for picture in made), "no three JPEGs")


@check("a picture by URL, which the simulator serves")
def _():
    answer = generate(model="dall-e-3", response_format="url")
    expect(answer.data[0].b64_json is None, "base64 too")
    expect(download(answer.data[0].url).startswith(PNG), "no PNG")


@check("a refusal is 400 moderation_blocked, not repeated")
def _():
    scenario("prompt-blocked")
    error = raises(openai.BadRequestError, generate)
    expect(error.code == "moderation_blocked" and error.type == "image_generation_user_error", str(error))
    expect(error.body["moderation_details"]["moderation_stage"] == "input", str(error.body))
    expect(state()["total"] == 1, str(state()))


@check("a refusal as a gateway's 500")
def _():
    scenario("text-only")
    error = raises(openai.InternalServerError, lambda: generate({"max_retries": 0}))
    expect("safety system" in error.message, error.message)


@check("429 is repeated after retry-after-ms")
def _():
    scenario({"flaky": 2, "with": {"status": 429, "retryInfoMs": 20}})
    expect(pictures(generate())[0].startswith(PNG), "no PNG")
    expect(state()["total"] == 3 and state()["billable"] == 1, str(state()))


@check("429 for want of money, with the limits in its headers")
def _():
    scenario({"status": 429, "reason": "insufficient_quota", "retryAfter": 2})
    error = raises(openai.RateLimitError, lambda: generate({"max_retries": 0}))
    expect(error.code == "insufficient_quota" and error.type == "insufficient_quota", str(error))
    headers = error.response.headers
    expect(headers["retry-after"] == "2" and headers["x-ratelimit-remaining-requests"] == "0", str(headers))


@check("a wrong key, an unknown model, an unknown field, no prompt")
def _():
    scenario(keys=["another"])
    expect(raises(openai.AuthenticationError, generate).code == "invalid_api_key", "another code")
    scenario(models=["another"])
    expect(raises(openai.NotFoundError, generate).code == "model_not_found", "another code")
    scenario()
    error = raises(openai.BadRequestError, lambda: generate(response_format="url"))
    expect(error.code == "unknown_parameter" and error.param == "response_format", str(error))
    error = raises(openai.BadRequestError, lambda: generate(prompt=""))
    expect(error.param == "prompt", str(error))


@check("503 is repeated twice and then raised")
def _():
    scenario({"status": 503, "retryInfoMs": 10})
    raises(openai.InternalServerError, generate)
    expect(state()["total"] == 3, str(state()))


@check("a call that hangs is given up")
def _():
    scenario("hang-before-headers")
    raises(openai.APITimeoutError, lambda: generate({"max_retries": 0, "timeout": 1.5}))


@check("vLLM: base64 with an empty URL; errors as detail")
def _():
    scenario(flavor="vllm")
    answer = generate(model="qwen-image", extra_body={"num_inference_steps": 4})
    expect(answer.data[0].url is None and pictures(answer)[0].startswith(PNG), "no PNG")
    error = raises(openai.UnprocessableEntityError, lambda: generate(model="qwen-image", prompt=""))
    expect(error.body["detail"][0]["loc"] == ["body", "prompt"], str(error.body))


@check("stable-diffusion.cpp: base64; errors as text")
def _():
    scenario(flavor="sdcpp")
    expect(pictures(generate(model="sd", size="512x512"))[0].startswith(PNG), "no PNG")
    scenario({"status": 429}, flavor="sdcpp")
    error = raises(openai.RateLimitError, lambda: generate({"max_retries": 0}))
    expect(error.body == error.response.json()["error"] and isinstance(error.body, str), str(error.body))


@check("LocalAI: a path by default, base64 when asked for")
def _():
    scenario(flavor="localai")
    link = generate(model="sd").data[0].url
    expect(link.startswith("/generated-images/") and download(link).startswith(PNG), link)
    expect(pictures(generate(model="sd", response_format="b64_json"))[0].startswith(PNG), "no PNG")


run("openai")
