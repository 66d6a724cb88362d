package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What a {@link FakeGateway} answers to a request. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * Answer answer = Answer.json("{\"name\": \"Anna\"}").header("ETag", "\"7\"").delay(Duration.ofMillis(200));
 * }</pre>
 */
public final class Answer {
    private final Source source;

    private Answer(Source source) {
        this.source = source;
    }

    private static Answer of(Reply reply) {
        return new Answer(request -> reply);
    }

    /** 200 without a body. */
    public static Answer ok() {
        return of(200);
    }

    /** 200 with this text. */
    public static Answer ok(String text) {
        return of(200, text);
    }

    /**
     * A status without a body.
     *
     * @throws IllegalArgumentException if the status is not one of 200 to 999
     */
    public static Answer of(int status) {
        return of(Reply.of(Require.within("status", 200, 999, status)));
    }

    /**
     * A status with this text, in UTF-8 and of type {@code text/plain}.
     *
     * @throws IllegalArgumentException if the status is not one of 200 to 999
     */
    public static Answer of(int status, String text) {
        return of(Reply.text(Require.within("status", 200, 999, status), text));
    }

    /** 200 with this JSON text, of type {@code application/json}. */
    public static Answer json(String text) {
        return ok().body(text).header("Content-Type", "application/json");
    }

    /**
     * 200 with the bytes of a file, which is read at once. Of the type that the name stands for, if the JVM knows it.
     *
     * @throws UncheckedIOException if the file cannot be read; the message names it
     */
    public static Answer file(Path file) {
        try {
            Answer answer = ok().body(Files.readAllBytes(file));
            String type = Files.probeContentType(file);
            return type == null ? answer : answer.header("Content-Type", type);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file + ": " + unreadable, unreadable);
        }
    }

    /** 302 to this URL or path. */
    public static Answer redirect(String location) {
        return of(302).header("Location", location);
    }

    /** What {@code function} makes of each request, at each request anew. */
    public static Answer by(Function function) {
        Objects.requireNonNull(function, "function");
        return new Answer(request -> Objects.requireNonNull(function.answer(request), "the function's answer")
                .reply(request));
    }

    /** With this body. */
    public Answer body(byte[] bytes) {
        Content content = Content.of(bytes.clone());
        return with(reply -> reply.withContent(content));
    }

    /** With this text as body, in UTF-8. */
    public Answer body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * With this field instead of those of the same name. {@code Content-Length} is written by itself, unless you set
     * it.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field
     */
    public Answer header(String name, String value) {
        Headers.of(name, value);
        return with(reply ->
                reply.withHeaders(reply.headers().toBuilder().set(name, value).build()));
    }

    /**
     * With this field beside those of the same name.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field
     */
    public Answer addHeader(String name, String value) {
        Headers.of(name, value);
        return with(reply ->
                reply.withHeaders(reply.headers().toBuilder().add(name, value).build()));
    }

    /**
     * With this trailer field; the body is then sent in chunks.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field
     */
    public Answer trailer(String name, String value) {
        Headers.of(name, value);
        return with(reply ->
                reply.withTrailers(reply.trailers().toBuilder().add(name, value).build()));
    }

    /**
     * After an interim response, such as 103 with {@code Link}; several are sent in order.
     *
     * @param fields names and values in turn
     * @throws IllegalArgumentException if the status is not one of 100 to 199 without 101, or a field is not allowed
     */
    public Answer interim(int status, String... fields) {
        Require.within("status", 100, 199, status);
        if (status == 101) {
            throw new IllegalArgumentException("status must not be 101, after which no other response comes");
        }
        Reply.Interim interim = new Reply.Interim(status, Headers.of(fields));
        return with(reply -> reply.withInterim(interim));
    }

    /**
     * After this time, on the gateway's clock; at once by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Answer delay(Duration time) {
        Require.notNegative("delay", time);
        return with(reply -> reply.withDelay(time));
    }

    /** The head is sent at once, and the body once the test fires {@code signal}. */
    public Answer bodyAfter(Signal signal) {
        Objects.requireNonNull(signal, "signal");
        return with(reply -> reply.withHold(signal));
    }

    /**
     * With a body at this rate, on the gateway's clock; as fast as it can by default.
     *
     * @param bytesPerSecond below 100, each byte comes by itself
     * @throws IllegalArgumentException if it is not positive
     */
    public Answer rate(int bytesPerSecond) {
        Require.positive("bytesPerSecond", bytesPerSecond);
        return with(reply -> reply.withRate(bytesPerSecond));
    }

    /**
     * With something that goes wrong.
     *
     * @throws IllegalArgumentException if the fault is one of connections alone
     */
    public Answer with(Fault fault) {
        if (fault.kind().onlyOfConnection()) {
            throw new IllegalArgumentException(fault + " comes before any request: give it to a connection");
        }
        return with(reply -> reply.withFault(fault));
    }

    private Answer with(UnaryOperator<Reply> change) {
        return new Answer(request -> change.apply(source.reply(request)));
    }

    /**
     * What this request is answered with.
     *
     * @throws Exception what a function of the user throws
     */
    Reply reply(ReceivedRequest request) throws Exception {
        return source.reply(request);
    }

    private interface Source {
        Reply reply(ReceivedRequest request) throws Exception;
    }

    /** Answers requests, each by what it says. */
    @FunctionalInterface
    public interface Function {
        /**
         * The answer to a request.
         *
         * @throws Exception any: the client then gets 500, and the test fails at its end
         */
        Answer answer(ReceivedRequest request) throws Exception;
    }
}
