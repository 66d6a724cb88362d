package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    private final boolean compressed;

    private Answer(Source source, boolean compressed) {
        this.source = source;
        this.compressed = compressed;
    }

    private static Answer of(Reply reply) {
        return from((request, pacing) -> reply);
    }

    /** What {@code source} makes of each request. */
    static Answer from(Source source) {
        return new Answer(source, false);
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
        return json(200, text);
    }

    /**
     * A status with this JSON text, of type {@code application/json}.
     *
     * @throws IllegalArgumentException if the status is not one of 200 to 999
     */
    public static Answer json(int status, String text) {
        return of(status).body(text).header("Content-Type", "application/json");
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

    /**
     * 302 to this URL or path.
     *
     * @throws IllegalArgumentException if it is not allowed in a field
     */
    public static Answer redirect(String location) {
        return redirect(302, location);
    }

    /**
     * A redirect with another status, such as 307.
     *
     * @throws IllegalArgumentException if the status is not one of 300 to 399, or the location is not allowed in a field
     */
    public static Answer redirect(int status, String location) {
        return of(Require.within("status", 300, 399, status)).header("Location", location);
    }

    /** 200 with these server-sent events, each in a chunk of its own, and then the end. */
    public static Answer events(String... data) {
        BodyFeed feed = new BodyFeed();
        for (String each : data) {
            feed.event(each);
        }
        feed.end();
        return events(feed);
    }

    /** 200 with the server-sent events that the test gives to {@code feed}. */
    public static Answer events(BodyFeed feed) {
        return ok().body(feed).header("Content-Type", "text/event-stream");
    }

    /** A WebSocket that sends each text and each binary message back, until the client closes it. */
    public static Answer webSocketEcho() {
        return webSocket(FakeWebSocket::echo);
    }

    /** A WebSocket that reads until the client closes it; the test sends by {@link FakeGateway#webSockets}. */
    public static Answer webSocket() {
        return webSocket(FakeWebSocket::receiveToClose);
    }

    /**
     * A WebSocket (RFC 6455) that {@code script} plays, on a thread of its own. When it ends, the WebSocket is closed with
     * 1000, and when it throws, with 1011; what it throws the test hears of at its end. The client has 10 s to close it
     * too; then the connection ends. Fields that are added go with the 101, such as {@code Sec-WebSocket-Protocol}.
     *
     * <p>A request without a right handshake gets 400 or 426, and the test hears of it. It needs a gateway with a socket.
     */
    public static Answer webSocket(FakeWebSocket.Script script) {
        Objects.requireNonNull(script, "script");
        return from((request, pacing) -> WebSocketHandshake.reply(request, script, pacing.hasSocket()));
    }

    /**
     * What the server at {@code url} answers: a stub for the rest is {@code gateway.otherwise(Answer.upstream(url))}. It
     * gets the request as the client sent it, but for {@code Host} and the fields about the connection; redirects to it
     * lead to the gateway. Otherwise as {@link #handler}.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}; the path comes before that of each request
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public static Answer upstream(String url) {
        return handler(HandlerReply.to(url));
    }

    /**
     * What {@code handler} answers, such as a proxy. Its answer is read whole before the client gets it, so that one which
     * breaks off, and every failure, becomes a 502 that says why; the test hears of that at its end. An endless answer, such
     * as a stream of events, does not come through. It runs on the gateway's clock, or without a socket on that of the
     * exchange, and is cancelled when the client leaves or the gateway closes.
     */
    public static Answer handler(ProxyHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return from((request, pacing) -> HandlerReply.of(handler, request, pacing));
    }

    /** What {@code function} makes of each request, at each request anew. */
    public static Answer by(Function function) {
        Objects.requireNonNull(function, "function");
        return from((request, pacing) -> {
            Answer answer = function.answer(request);
            if (answer == null) {
                throw new IllegalStateException("the function returned null instead of an answer");
            }
            return answer.reply(request, pacing);
        });
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
     * With a body that the test writes while the client reads it. It is sent in chunks; to a client of HTTP/1.0 it ends with
     * the connection.
     */
    public Answer body(BodyFeed feed) {
        Content content = feed.content();
        return with(reply -> reply.withContent(content));
    }

    /**
     * With its body compressed by gzip, and {@code Content-Encoding: gzip}, whatever the client accepts; also a body that is
     * given behind this. Of a feed, each write is compressed by itself, so that a client can read it at once. Rates and faults
     * count compressed bytes; if such a fault breaks off a feed, no client counts as {@link BodyFeed#left()}. A status that
     * has no body, such as 304, stays as it is.
     *
     * <p>What a {@linkplain #by function} returns is compressed as it is: give it its body there. An answer that has {@code
     * Content-Encoding} already gets 500 instead, and the test hears of it at its end.
     */
    public Answer gzip() {
        return new Answer(source, true);
    }

    /**
     * With this field instead of those of the same name. {@code Content-Length} and {@code Transfer-Encoding} are written
     * by themselves, unless you set them: then they are sent as they are, and if they do not fit the body, the connection
     * ends behind it.
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
     * With this trailer field; the body is then sent in chunks. A client of HTTP/1.0 does not get it.
     *
     * @throws IllegalArgumentException if name or value are not allowed in a field
     */
    public Answer trailer(String name, String value) {
        Headers.of(name, value);
        return with(reply ->
                reply.withTrailers(reply.trailers().toBuilder().add(name, value).build()));
    }

    /**
     * After an interim response, such as 103 with {@code Link}; several are sent in order. A client of HTTP/1.0 does not
     * get it.
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
        return with(reply -> reply.withInterim(List.of(interim)));
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
            throw new IllegalArgumentException(fault + " comes before any request: give it to a connection"
                    + (fault == Fault.REFUSE ? ", or call refuse() if the gateway has a socket" : ""));
        }
        return with(reply -> reply.withFault(fault));
    }

    private Answer with(UnaryOperator<Reply> change) {
        return new Answer((request, pacing) -> change.apply(source.reply(request, pacing)), compressed);
    }

    /**
     * What this request is answered with.
     *
     * @param pacing waits on behalf of the answer
     * @throws Refusal if the client gets something else, and the test hears of it
     * @throws Exception what a function of the user throws
     */
    Reply reply(ReceivedRequest request, Pacing pacing) throws Exception {
        Reply reply = source.reply(request, pacing);
        return compressed ? Gzip.of(reply, request.method(), pacing) : reply;
    }

    /** Makes the reply to a request. */
    @FunctionalInterface
    interface Source {
        Reply reply(ReceivedRequest request, Pacing pacing) throws Exception;
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
