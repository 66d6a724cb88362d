package dev.sluice.proxy.testing;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link TestClient} got: a response that has been read to its end. Immutable. */
public final class TestResponse {
    private final ProxyResponse head;
    private final byte[] body;
    private final Headers trailers;
    private final List<Integer> interim;
    private final ExchangeRecord record;
    private final @Nullable ProxyException failure;

    TestResponse(
            ProxyResponse head,
            byte[] body,
            Headers trailers,
            List<Integer> interim,
            ExchangeRecord record,
            @Nullable ProxyException failure) {
        this.head = head;
        this.body = body;
        this.trailers = trailers;
        this.interim = List.copyOf(interim);
        this.record = record;
        this.failure = failure;
    }

    /** The status code. */
    public int status() {
        return head.status();
    }

    /** The fields. */
    public Headers headers() {
        return head.headers();
    }

    /** A copy of the body's bytes; if the body failed, those that came before. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as text in UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The trailer fields. */
    public Headers trailers() {
        return trailers;
    }

    /** The status codes of the interim responses (1xx), in order. */
    public List<Integer> interim() {
        return interim;
    }

    /** The record of the exchange, which has ended. */
    public ExchangeRecord record() {
        return record;
    }

    /**
     * Why the body broke off, or null if it is whole. BODY_FAILED if its stream failed without an outcome, or its
     * length was not the announced one.
     */
    public @Nullable ProxyException failure() {
        return failure;
    }

    /** Status and length. */
    @Override
    public String toString() {
        return "TestResponse[" + status() + ", " + body.length + " bytes" + (failure == null ? "]" : ", broken off]");
    }
}
