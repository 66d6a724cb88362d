package dev.sluice.proxy.testing.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells what a gateway received, and how it differs from what was expected. Pure functions. */
final class Report {
    /** The most requests that a message lists. */
    private static final int MOST = 50;

    private Report() {}

    /** A request that no stub matched, beside the stub that comes nearest. */
    static String unmatched(ReceivedRequest request, List<Stub> stubs) {
        return "no stub answers " + whole(request) + nearestStub(request, stubs);
    }

    private static String nearestStub(ReceivedRequest request, List<Stub> stubs) {
        Stub nearest = nearest(stubs, stub -> stub.match().distance(request));
        if (nearest == null) {
            return "\nThere is no stub.";
        }
        String name = "\nThe nearest stub is " + nearest;
        if (!nearest.match().matches(request)) {
            return name + differences(nearest.match(), request);
        }
        return name
                + (nearest.hasAnswer() ? ", which did not match what had come by then." : ", which has no answer yet.");
    }

    /** A request that is no HTTP. */
    static String malformed(ReceivedRequest request) {
        return "the gateway received " + request + "\n  "
                + Quoted.of(new String(request.bytes(), StandardCharsets.ISO_8859_1));
    }

    /**
     * Too few or too many requests.
     *
     * @param matching those that were counted; others may have come since then
     */
    static String count(
            String expected, RequestMatch match, List<ReceivedRequest> matching, List<ReceivedRequest> received) {
        String count = matching.isEmpty() ? "was none" : matching.size() == 1 ? "was 1" : "were " + matching.size();
        return "expected " + expected + " of " + match + ", but there " + count
                + (matching.isEmpty()
                        ? nearestRequest(match, received)
                        : received.size() > MOST ? ":" + lines(matching) : "")
                + "\n" + all(received);
    }

    private static String nearestRequest(RequestMatch match, List<ReceivedRequest> received) {
        ReceivedRequest nearest = nearest(
                received.stream().filter(request -> request.malformed() == null).toList(), match::distance);
        return nearest == null ? "" : "\nThe nearest request is " + nearest + differences(match, nearest);
    }

    /**
     * Requests that did not come in their order.
     *
     * @param before those that came for the matches before the missing one
     */
    static String order(List<RequestMatch> matches, List<ReceivedRequest> before, List<ReceivedRequest> received) {
        RequestMatch missing = matches.get(before.size());
        boolean came = received.stream().anyMatch(missing::matches);
        String after =
                before.isEmpty() ? ": its condition holds only sometimes" : " after " + before.get(before.size() - 1);
        String found = came ? " did not come" + after : " did not come at all" + nearestRequest(missing, received);
        return "expected in this order: "
                + matches.stream().map(RequestMatch::toString).collect(Collectors.joining("; ")) + "\nbut " + missing
                + found + "\n" + all(received);
    }

    /** Requests that nobody expected. */
    static String more(List<ReceivedRequest> unverified, List<ReceivedRequest> received) {
        return "expected no more requests, but there "
                + (unverified.size() == 1 ? "was 1" : "were " + unverified.size()) + ":"
                + lines(unverified) + "\n" + all(received);
    }

    /** Stubs that answered nothing. */
    static String unused(List<Stub> stubs, List<ReceivedRequest> received) {
        return "expected each stub to answer, but these did not:"
                + stubs.stream().map(stub -> "\n  " + stub).collect(Collectors.joining()) + "\n" + all(received);
    }

    /** A stub that was begun only. */
    static String withoutAnswer(Stub stub) {
        return "the stub " + stub + " has no answer: give it one, such as answers(200)";
    }

    /** Everything that was received, a line each. */
    static String all(List<ReceivedRequest> received) {
        return received.isEmpty() ? "Nothing was received." : "Received:" + lines(received);
    }

    private static String lines(List<ReceivedRequest> requests) {
        int more = requests.size() - MOST;
        return requests.stream()
                        .limit(MOST)
                        .map(request -> "\n  " + request
                                + (request.stub() == null ? " (no stub)" : " (answered by " + request.stub() + ")"))
                        .collect(Collectors.joining())
                + (more > 0 ? "\n  and " + more + " more" : "");
    }

    /** Of several that are as near, the last one, which goes before the others. */
    private static <T> @Nullable T nearest(List<T> all, ToIntFunction<T> distance) {
        T nearest = null;
        int least = Integer.MAX_VALUE;
        for (T each : all) {
            int now = distance.applyAsInt(each);
            if (now <= least) {
                least = now;
                nearest = each;
            }
        }
        return nearest;
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
