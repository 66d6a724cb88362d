package dev.sluice.proxy.testing.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells what a gateway received, and how it differs from what was expected. Pure functions. */
final class Report {
    /** The most requests that a message lists. */
    private static final int MOST = 50;

    private Report() {}

    /** A request that no stub matched, beside the stub that comes nearest. */
    static String unmatched(ReceivedRequest request, List<Stub> stubs) {
        return "no stub answers " + whole(request) + nearest(request, stubs);
    }

    private static String nearest(ReceivedRequest request, List<Stub> stubs) {
        Optional<Stub> nearest = stubs.stream()
                .filter(Stub::hasAnswer)
                .min(Comparator.comparingInt(
                        stub -> stub.match().differences(request).size()));
        return nearest.map(stub -> "\nThe nearest stub is " + stub + differences(stub.match(), request))
                .orElse("\nThere is no stub.");
    }

    /** Too few or too many requests. */
    static String count(String expected, RequestMatch match, List<ReceivedRequest> received) {
        long count = received.stream().filter(match::matches).count();
        String nearest = received.stream()
                .filter(request -> !match.matches(request))
                .min(Comparator.comparingInt(
                        request -> match.differences(request).size()))
                .map(request -> "\nThe nearest other request is " + whole(request) + differences(match, request))
                .orElse("");
        return "expected " + expected + " of " + match + ", but there " + (count == 1 ? "was 1" : "were " + count)
                + (count == 0 ? nearest : "") + "\n" + all(received);
    }

    /** One of several that did not come in its place. */
    static String order(RequestMatch missing, List<RequestMatch> matches, List<ReceivedRequest> received) {
        return "expected in this order: "
                + matches.stream().map(RequestMatch::toString).collect(Collectors.joining("; "))
                + "\nbut " + missing + " did not come "
                + (missing.equals(matches.get(0)) ? "at all" : "behind the ones before it") + "\n" + all(received);
    }

    /** Everything that was received, a line each. */
    static String all(List<ReceivedRequest> received) {
        if (received.isEmpty()) {
            return "Nothing was received.";
        }
        String lines = received.stream()
                .limit(MOST)
                .map(request ->
                        "\n  " + request + (request.stub() == null ? " (no stub)" : " (" + request.stub() + ")"))
                .collect(Collectors.joining());
        int more = received.size() - MOST;
        return "Received:" + lines + (more > 0 ? "\n  and " + more + " more" : "");
    }

    private static String differences(RequestMatch match, ReceivedRequest request) {
        return match.differences(request).stream().map(each -> "\n  " + each).collect(Collectors.joining("", ":", ""));
    }

    private static String whole(ReceivedRequest request) {
        StringBuilder text = new StringBuilder(request.toString());
        request.headers()
                .forEach((name, value) ->
                        text.append("\n  ").append(name).append(": ").append(value));
        if (request.body().length > 0) {
            text.append("\n  ").append(Quoted.of(request.text()));
        }
        return text.toString();
    }
}
