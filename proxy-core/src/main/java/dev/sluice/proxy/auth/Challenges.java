package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.QuotedString;
import java.util.List;
import java.util.function.Predicate;

/** How challenges are written (RFC 9110 §11.3). */
final class Challenges {
    static final String FIELD = "WWW-Authenticate";

    private Challenges() {}

    /** One line for each: some clients read only the first challenge of a line (RFC 9110 §11.6.1). */
    static Headers fields(List<String> challenges) {
        Headers.Builder fields = Headers.builder();
        challenges.forEach(challenge -> fields.add(FIELD, challenge));
        return fields.build();
    }

    /**
     * {@code Scheme realm="…"}.
     *
     * @throws IllegalArgumentException if the realm has anything but printable ASCII; the message shows it
     */
    static String of(String scheme, String realm) {
        if (!realm.equals(Printable.of(realm))) {
            throw new IllegalArgumentException("realm must be printable ASCII: \"" + Printable.of(realm) + "\"");
        }
        return scheme + " realm=" + QuotedString.of(realm);
    }

    /** The request without the {@code Authorization} fields whose value meets the condition. */
    static ProxyRequest without(ProxyRequest request, Predicate<String> condition) {
        Headers received = request.headers();
        if (received.all("Authorization").stream().noneMatch(condition)) {
            return request;
        }
        Headers clean = received.toBuilder()
                .removeIf((name, value) -> name.equalsIgnoreCase("Authorization") && condition.test(value))
                .build();
        return request.toBuilder().headers(clean).build();
    }
}
