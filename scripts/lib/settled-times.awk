# From a worker's log: when each image was settled, relative to the acceptance of its run.
function field(name,   text) {
    if (match($0, "\"" name "\":\"?[^,\"}]*")) {
        text = substr($0, RSTART, RLENGTH)
        sub("^\"" name "\":\"?", "", text)
        return text
    }
    return ""
}
{ event = field("event") }
event == "run.accepted" { begin = field("timeMs") }
event == "image.generated" || event == "image.failed" {
    printf "  %6d  %-12s %s %s\n", field("timeMs") - begin, field("assetId"), event, field("errorCode")
}
