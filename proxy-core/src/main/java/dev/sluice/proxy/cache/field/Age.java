package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.List;

/** {@code Age}: what caches on the way say of a response's age (RFC 9111 §5.1). */
public final class Age {
    private Age() {}

    /**
     * The seconds, at most {@link Seconds#MAX}. Of a list the first member counts, and one that is no number is ignored:
     * then, and without the field, 0.
     */
    public static long of(Headers response) {
        List<String> members = response.list("Age");
        return members.isEmpty() ? 0 : Math.max(0, Seconds.parse(members.get(0)));
    }
}
