package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.time.Signal;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one request is answered with, in all parts, and when. Immutable.
 *
 * @param delay how long it waits before everything
 * @param hold what the body waits for, behind the head; null for nothing
 * @param rate bytes of the body a second, 0 for no limit
 * @param fault what goes wrong, or null
 * @param script plays the WebSocket that a 101 begins; null without one
 */
record Reply(
        int status,
        Headers headers,
        Content content,
        Headers trailers,
        List<Interim> interim,
        Duration delay,
        @Nullable Signal hold,
        int rate,
        @Nullable Fault fault,
        FakeWebSocket.@Nullable Script script) {
    /** A response with a status of 1xx. */
    record Interim(int status, Headers headers) {}

    static Reply of(int status) {
        return new Reply(
                status, Headers.empty(), Content.NONE, Headers.empty(), List.of(), Duration.ZERO, null, 0, null, null);
    }

    /** Whether a response with this status to this method can have a body (RFC 9110 §6.4.1). */
    boolean hasBody(String method) {
        return !method.equals("HEAD") && status != 101 && status != 204 && status != 304;
    }

    static Reply text(int status, String text) {
        return of(status)
                .withHeaders(Headers.of("Content-Type", "text/plain; charset=utf-8"))
                .withContent(Content.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    Reply withHeaders(Headers changed) {
        return new Reply(status, changed, content, trailers, interim, delay, hold, rate, fault, script);
    }

    Reply withContent(Content changed) {
        return new Reply(status, headers, changed, trailers, interim, delay, hold, rate, fault, script);
    }

    Reply withTrailers(Headers changed) {
        return new Reply(status, headers, content, changed, interim, delay, hold, rate, fault, script);
    }

    Reply withInterim(Collection<Interim> added) {
        List<Interim> all = new ArrayList<>(interim);
        all.addAll(added);
        return new Reply(status, headers, content, trailers, List.copyOf(all), delay, hold, rate, fault, script);
    }

    /** With the fields of all its parts changed: of the head, of the trailers, and of interim responses. */
    Reply withFields(UnaryOperator<Headers> change) {
        List<Interim> changed = interim.stream()
                .map(each -> new Interim(each.status(), change.apply(each.headers())))
                .toList();
        return new Reply(
                status,
                change.apply(headers),
                content,
                change.apply(trailers),
                changed,
                delay,
                hold,
                rate,
                fault,
                script);
    }

    Reply withDelay(Duration changed) {
        return new Reply(status, headers, content, trailers, interim, changed, hold, rate, fault, script);
    }

    Reply withHold(Signal changed) {
        return new Reply(status, headers, content, trailers, interim, delay, changed, rate, fault, script);
    }

    Reply withRate(int changed) {
        return new Reply(status, headers, content, trailers, interim, delay, hold, changed, fault, script);
    }

    Reply withFault(Fault changed) {
        return new Reply(status, headers, content, trailers, interim, delay, hold, rate, changed, script);
    }

    Reply withScript(FakeWebSocket.Script changed) {
        return new Reply(status, headers, content, trailers, interim, delay, hold, rate, fault, changed);
    }

    /**
     * The bytes of the body, at their rate.
     *
     * @param end behind how many bytes the answer itself breaks off
     */
    InputStream body(Pacing pacing, long end) {
        InputStream bytes = content.open(pacing, end);
        return rate == 0 ? bytes : new PacedInput(bytes, rate, pacing);
    }
}
