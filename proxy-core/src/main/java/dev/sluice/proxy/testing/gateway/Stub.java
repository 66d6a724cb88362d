package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.Require;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests that it matches. A stub has no effect before it has an answer. Safe for use by many threads.
 *
 * <pre>{@code
 * gateway.on("GET /users/{id}").answers("Anna");
 * gateway.on("GET /flaky").fails(2, Fault.CLOSE.inHead(9)).then("hello");
 * }</pre>
 */
public final class Stub {
    /** Once the body is whole. */
    static final int WHOLE = Integer.MAX_VALUE;

    /** The body of an answer that a fault breaks off, if the test gave no answer. */
    private static final Answer BROKEN = Answer.ok("x".repeat(1_000));

    private final RequestMatch match;
    private volatile @Nullable Script script;
    private volatile boolean used;
    private volatile int bodyBytes = WHOLE;

    Stub(RequestMatch match) {
        this.match = match;
    }

    /**
     * Answers before the request's body is whole: once its head and so many bytes of the body have come, or the whole body
     * if it is shorter. By default, a stub waits for the whole body.
     *
     * <pre>{@code
     * gateway.on("POST /upload").afterBodyBytes(0).answers(413);
     * gateway.on("PUT /file").afterBodyBytes(1_000).fails(Fault.RESET);
     * }</pre>
     *
     * <p>Such a stub is asked before all that wait for the whole body, and one that waits for fewer bytes before one that
     * waits for more. What it has waited for is the body in {@link FakeGateway#received()}; the rest is read and dropped,
     * and the connection goes on behind it. A client that waits for 100 (Continue) gets it when the first byte is waited
     * for; after 0 bytes it gets the answer instead, and the connection ends. Without a socket, the rest is not read. If the
     * rest is no HTTP, the test hears of it, unless the gateway is closed by then. A handler or an upstream that answers
     * here gets what has come; to read on fails, so that nobody takes it for the whole.
     *
     * <p>Call it before the stub has an answer: a body that is on its way then waits to be whole.
     *
     * @param bytes of the body without framing, 0 for the head alone
     * @throws IllegalArgumentException if {@code bytes} is negative
     * @throws IllegalStateException if the stub has a condition on the body, such as {@link RequestMatch#json}; one of {@link
     *     RequestMatch#when} sees what has come of it
     */
    public Stub afterBodyBytes(int bytes) {
        Require.atLeast("bytes", 0, bytes);
        if (match.readsBody()) {
            throw new IllegalStateException(
                    "the stub " + match + " has a condition on the body, so it cannot answer before the body is whole");
        }
        bodyBytes = bytes;
        return this;
    }

    /** Answers every request with 200 and this text. */
    public Stub answers(String text) {
        return answers(Answer.ok(text));
    }

    /** Answers every request with this status. */
    public Stub answers(int status) {
        return answers(Answer.of(status));
    }

    /** Answers every request with this status and text. */
    public Stub answers(int status, String text) {
        return answers(Answer.of(status, text));
    }

    /** Answers the first request with the first answer, and so on; the last answer goes on. */
    public Stub answers(Answer first, Answer... next) {
        return begin(false, first, next);
    }

    /** Answers every request with what {@code function} makes of it. */
    public Stub answersBy(Answer.Function function) {
        return answers(Answer.by(function));
    }

    /** Answers with each in turn, and then from the first one again. */
    public Stub rotates(Answer first, Answer... next) {
        return begin(true, first, next);
    }

    /** Fails at every request; in its body or behind it, the answer is 200 with 1,000 bytes. */
    public Stub fails(Fault fault) {
        return fails(1, fault);
    }

    /**
     * Fails at so many requests; then {@link #then}, or it goes on.
     *
     * @throws IllegalArgumentException if {@code times} is not positive, or the fault is one of connections alone
     */
    public Stub fails(int times, Fault fault) {
        Answer answer = BROKEN.with(fault);
        Script fresh = new Script(false);
        fresh.add(Require.positive("times", times), answer);
        script = fresh;
        return this;
    }

    /** After what was said before, answers with 200 and this text. */
    public Stub then(String text) {
        return then(Answer.ok(text));
    }

    /**
     * After what was said before, answers with each of these once; the last one goes on.
     *
     * @throws IllegalStateException if nothing was said before
     */
    public Stub then(Answer first, Answer... next) {
        add(said(), first, next);
        return this;
    }

    /**
     * After what was said before, fails at so many requests.
     *
     * @throws IllegalArgumentException if {@code times} is not positive, or the fault is one of connections alone
     * @throws IllegalStateException if nothing was said before
     */
    public Stub thenFails(int times, Fault fault) {
        said().add(Require.positive("times", times), BROKEN.with(fault));
        return this;
    }

    /**
     * Counts apart: each client, by what {@code key} says of its requests, has the whole sequence for itself, such as
     * {@code request -> request.header("X-Client")}.
     *
     * @throws IllegalStateException if nothing was said before
     */
    public Stub per(Function<ReceivedRequest, Object> key) {
        said().countBy(Objects.requireNonNull(key, "key"));
        return this;
    }

    private Stub begin(boolean rotates, Answer first, Answer... next) {
        Script fresh = new Script(rotates);
        add(fresh, first, next);
        script = fresh;
        return this;
    }

    private static void add(Script to, Answer first, Answer... next) {
        to.add(1, Objects.requireNonNull(first, "answer"));
        for (Answer each : next) {
            to.add(1, Objects.requireNonNull(each, "answer"));
        }
    }

    private Script said() {
        Script current = script;
        if (current == null) {
            throw new IllegalStateException("the stub " + this + " has no answer yet");
        }
        return current;
    }

    RequestMatch match() {
        return match;
    }

    boolean hasAnswer() {
        return script != null;
    }

    /** Returns whether it has answered. */
    boolean isUsed() {
        return used;
    }

    /** The answer to this request. */
    Answer next(ReceivedRequest request) {
        used = true;
        return said().next(request);
    }

    /** After how many bytes of the body it answers, or {@link #WHOLE}. */
    int bodyBytes() {
        return bodyBytes;
    }

    /** What it matches, and when it answers. */
    @Override
    public String toString() {
        return bodyBytes == WHOLE ? match.toString() : match + ", after " + bodyBytes + " bytes of the body";
    }
}
