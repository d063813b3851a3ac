"""replicate: run(), predictions, cancel, polling and webhooks, unchanged, against the simulator."""

import json
import os
import time

from harness import JPEG, PNG, Receiver, URL, check, download, expect, raises, requests, run, scenario, state

os.environ["REPLICATE_POLL_INTERVAL"] = "0.05"

import replicate  # noqa: E402 - reads the poll interval when it is imported
from pydantic.v1 import ValidationError  # noqa: E402
from replicate.exceptions import ModelError, ReplicateError  # noqa: E402
from replicate.webhook import InvalidSignatureError, Webhooks  # noqa: E402
from standardwebhooks import Webhook  # noqa: E402

MODEL = "google/nano-banana"
VERSION = "39ed52f2a78e934b3ba6e2a89f5b1c712de7dfea535525255b1aa35c5565e08b"
INPUT = {"prompt": "a lighthouse"}


def client():
    return replicate.Client(api_token="r8_test", base_url=URL)


def create(**options):
    return client().models.predictions.create(model=MODEL, input=INPUT, **options)


@check("run() answers a file that was sent inside the answer")
def _():
    made = client().run(MODEL, input=INPUT)
    expect(type(made).__name__ == "FileOutput" and made.url.startswith("data:image/png"), str(made)[:80])
    expect(made.read().startswith(PNG), "no PNG")


@check("run() polls when the wait is over first, and gets a URL")
def _():
    scenario({"delay": 1500})
    made = client().run(MODEL, input=INPUT, wait=1)
    expect(isinstance(made, str) and download(made).startswith(PNG), str(made)[:80])
    expect(state()["byForm"]["replicate"]["others"].get("get", 0) >= 1, str(state()["byForm"]))


@check("run() of a version reads the version, and a list of outputs")
def _():
    scenario(output="list")
    made = client().run(f"{MODEL}:{VERSION}", input={**INPUT, "num_outputs": 2, "output_format": "jpg"})
    expect(len(made) == 2 and all(entry.read().startswith(JPEG) for entry in made), str(made)[:80])
    expect(state()["byForm"]["replicate"]["others"].get("version") == 1, str(state()["byForm"]))


@check("a prediction is polled from starting to succeeded, with times and metrics")
def _():
    scenario({"delay": 300})
    prediction = create()
    expect(prediction.status == "starting" and prediction.output is None, prediction.status)
    prediction.wait()
    expect(prediction.status == "succeeded" and prediction.metrics["predict_time"] > 0, str(prediction.metrics))
    expect(prediction.created_at <= prediction.started_at <= prediction.completed_at, str(prediction))
    expect(download(prediction.output).startswith(PNG), "no PNG")
    expect(state()["predictions"] == 1 and state()["billable"] == 1, str(state()))


@check("Prefer: wait answers processing with a data: URI, as recorded from the service")
def _():
    prediction = create(wait=20)
    expect(prediction.status == "processing" and prediction.output.startswith("data:image/png"), prediction.status)
    expect(prediction.completed_at is None and prediction.metrics is None, str(prediction.metrics))
    expect("prefer" in requests()[0]["headers"], str(requests()[0]["headers"]))


@check("by version, by deployment, and by an id alone")
def _():
    for ref in [f"{MODEL}:{VERSION}", VERSION]:
        prediction = client().predictions.create(version=ref, input=INPUT)
        expect(prediction.version == VERSION, prediction.version)
    prediction = client().deployments.predictions.create("acme/pictures", input=INPUT)
    prediction.wait()
    expect(prediction.status == "succeeded" and prediction.model == "acme/pictures", str(prediction))


@check("cancel")
def _():
    scenario("hang-after-headers")
    prediction = create()
    while prediction.status == "starting":
        prediction.reload()
    prediction.cancel()
    expect(prediction.status == "canceled" and prediction.completed_at and prediction.output is None, str(prediction))
    expect(client().predictions.get(prediction.id).status == "canceled", "not canceled when read again")
    expect(state()["predictionsInProgress"] == 0, str(state()))


@check("a refusal is a failed prediction with (E005)")
def _():
    scenario("prompt-blocked")
    error = raises(ModelError, lambda: client().run(MODEL, input=INPUT))
    expect("(E005)" in str(error) and error.prediction.status == "failed", str(error))


@check("a failure after creation")
def _():
    scenario({"failed": "E1001"})
    prediction = create()
    prediction.wait()
    expect(prediction.status == "failed" and prediction.error.endswith("(E1001)"), str(prediction.error))


@check("429 on creation, not repeated")
def _():
    scenario({"status": 429, "messageHintMs": 30000, "retryAfter": 30})
    error = raises(ReplicateError, create)
    expect(error.status == 429 and error.detail.endswith("Your rate limit resets in ~30s."), str(error))
    expect(state()["total"] == 1 and state()["predictions"] == 0, str(state()))


@check("401, 402, 404 and 422 as problems")
def _():
    scenario(keys=["another"])
    expect(raises(ReplicateError, create).title == "Unauthenticated", "another title")
    scenario({"status": 402})
    expect("insufficient credit" in raises(ReplicateError, create).detail, "another detail")
    scenario(models=["another/one"])
    expect(raises(ReplicateError, create).status == 404, "another status")
    scenario()
    error = raises(ReplicateError, lambda: client().models.predictions.create(model=MODEL, input={}))
    expect(error.status == 422 and "prompt is required" in error.detail, str(error))


@check("polls that fail with 503 are repeated by the SDK")
def _():
    scenario({"poll": 2, "with": {"status": 503}})
    prediction = create()
    prediction.reload()
    expect(prediction.status == "succeeded", prediction.status)
    expect(state()["byForm"]["replicate"]["others"]["get"] == 3, str(state()["byForm"]))


@check("a prediction that is lost is 404 from its first reading on")
def _():
    scenario("prediction-lost")
    prediction = create()
    expect(raises(ReplicateError, prediction.reload).status == 404, "another status")


@check("the status aborted, which this SDK cannot read")
def _():
    scenario("prediction-aborted")
    raises(ValidationError, lambda: create().wait())


@check("the list, page after page")
def _():
    for _ in range(105):
        create()
    pages = list(replicate.pagination.paginate(client().predictions.list))
    ids = [prediction.id for page in pages for prediction in page.results]
    expect(len(pages[0].results) == 100 and len(ids) >= 105 and len(set(ids)) == len(ids), str(len(ids)))


@check("webhooks of all four events, verified by two libraries")
def _():
    secret = client().webhooks.default.secret()
    with Receiver() as receiver:
        events = ["start", "output", "logs", "completed"]
        create(webhook=receiver.url, webhook_events_filter=events)
        received = receiver.until_completed()
    for headers, body in received:
        Webhooks.validate(headers=headers, body=body, secret=secret, tolerance=60)
        Webhook(secret.key).verify(body, headers)
    statuses = [json.loads(body)["status"] for _, body in received]
    expect(statuses == ["processing"] * 3 + ["succeeded"], str(statuses))
    last = json.loads(received[-1][1])
    expect(download(last["output"]).startswith(PNG), "no PNG")


@check("the last webhook is repeated under the same id until it is taken")
def _():
    with Receiver(statuses=[500, 404]) as receiver:
        create(webhook=receiver.url, webhook_events_filter=["completed"])
        received = [receiver.next() for _ in range(3)]
    expect(len({headers["webhook-id"] for headers, _ in received}) == 1, "several ids")
    times = [int(headers["webhook-timestamp"]) for headers, _ in received]
    expect(times == sorted(times) and times[-1] > times[0], str(times))


@check("a webhook that comes twice, and one with a forged signature")
def _():
    secret = client().webhooks.default.secret()
    scenario("webhook-twice")
    with Receiver() as receiver:
        create(webhook=receiver.url, webhook_events_filter=["completed"])
        ids = [receiver.next()[0]["webhook-id"] for _ in range(2)]
        expect(ids[0] == ids[1], str(ids))
    scenario("webhook-forged")
    with Receiver() as receiver:
        create(webhook=receiver.url, webhook_events_filter=["completed"])
        headers, body = receiver.next()
    raises(InvalidSignatureError, lambda: Webhooks.validate(headers=headers, body=body, secret=secret))


@check("a deadline is shown, and ends a prediction that hangs")
def _():
    scenario("hang-after-headers")
    http = client()._client
    answer = http.post(
        f"/v1/models/{MODEL}/predictions", json={"input": INPUT}, headers={"cancel-after": "5s"}
    ).json()
    expect(answer["deadline"] > answer["created_at"], str(answer))
    end = time.monotonic() + 60
    while (prediction := client().predictions.get(answer["id"])).status in ("starting", "processing"):
        expect(time.monotonic() < end, "it did not end")
        time.sleep(0.2)
    expect(prediction.status == "canceled", prediction.status)


run("replicate")
