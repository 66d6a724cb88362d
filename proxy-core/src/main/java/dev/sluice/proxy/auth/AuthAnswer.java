package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a service has decided. Immutable.
 *
 * @param refusal goes to the client; null if the request may enter
 * @param fields that go on with the request
 * @param principal who sends it, or null
 * @param cookies for the client
 * @param keeps whether the answer may count for another request
 */
record AuthAnswer(
        @Nullable ProxyResponse refusal,
        Headers fields,
        @Nullable Principal principal,
        List<String> cookies,
        boolean keeps) {
    /** For a request that may enter without a question. */
    static final AuthAnswer NONE = new AuthAnswer(null, Headers.empty(), null, List.of(), false);

    static AuthAnswer refused(ProxyResponse refusal) {
        return new AuthAnswer(refusal, Headers.empty(), null, List.of(), false);
    }

    /** Whether it may count for others who ask the same at the same time: nobody gets another one's cookies. */
    boolean shared() {
        return refusal == null ? keeps : !refusal.headers().has("Set-Cookie");
    }

    /** The upstream's response with the service's cookies. */
    ProxyResponse withCookies(ProxyResponse response) {
        if (cookies.isEmpty()) {
            return response;
        }
        Headers.Builder fields = response.headers().toBuilder();
        cookies.forEach(cookie -> fields.add("Set-Cookie", cookie));
        return response.toBuilder().headers(fields.build()).build();
    }
}
