"""google-genai: generate_images with an API key, as the versions up to 2.19 have it."""

from google import genai
from google.genai import errors, types
from harness import JPEG, PNG, URL, check, expect, raises, requests, run, scenario, state


def generate(**config):
    client = genai.Client(api_key="test-key", http_options=types.HttpOptions(base_url=URL))
    return client.models.generate_images(
        model="imagen-4.0-generate-001", prompt="a lighthouse", config=types.GenerateImagesConfig(**config)
    )


def pictures(answer):
    return [made.image.image_bytes for made in answer.generated_images or [] if made.image and made.image.image_bytes]


@check("one picture, asked for by :predict under /v1beta")
def _():
    made = pictures(generate(number_of_images=1))
    expect(len(made) == 1 and made[0].startswith(PNG), "no PNG")
    expect(requests()[0]["path"] == "/v1beta/models/imagen-4.0-generate-001:predict", requests()[0]["path"])
    expect(requests()[0]["form"] == "imagen", requests()[0]["form"])


@check("four pictures when no number is given, each another one")
def _():
    expect(len(set(pictures(generate()))) == 4, "not four")


@check("JPEG, ratio, persons and safety as asked for")
def _():
    made = pictures(
        generate(
            number_of_images=2,
            output_mime_type="image/jpeg",
            output_compression_quality=80,
            aspect_ratio="16:9",
            person_generation="ALLOW_ADULT",
            safety_filter_level="BLOCK_LOW_AND_ABOVE",
        )
    )
    expect(len(made) == 2 and all(picture.startswith(JPEG) for picture in made), "no two JPEGs")


@check("refused pictures with their reason, some of them, and nothing at all")
def _():
    scenario("image-blocked")
    answer = generate(number_of_images=2, include_rai_reason=True)
    reasons = [made.rai_filtered_reason for made in answer.generated_images]
    expect(len(reasons) == 2 and all("Responsible AI" in reason for reason in reasons), str(answer))
    scenario("some-blocked")
    expect(len(pictures(generate(number_of_images=3))) == 2, "not two of three")
    scenario("prompt-blocked")
    expect(not generate(number_of_images=1).generated_images, "pictures in spite of a refusal")


@check("429 and a wrong key")
def _():
    scenario({"status": 429, "retryInfoMs": 2000})
    error = raises(errors.ClientError, generate)
    expect(error.code == 429 and error.status == "RESOURCE_EXHAUSTED", str(error))
    expect(state()["byForm"]["imagen"] == {"calls": 1, "billable": 0, "others": {}}, str(state()["byForm"]))
    scenario(keys=["another"])
    expect(raises(errors.ClientError, generate).code == 400, "another code")


run("google-genai")
