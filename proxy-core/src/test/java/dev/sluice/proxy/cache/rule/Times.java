package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;

/** The time at which the responses of these tests come, and what is counted from it. */
final class Times {
    static final Instant T0 = Instant.parse("2026-05-01T12:00:00Z");

    private Times() {}

    static Instant at(long seconds) {
        return T0.plusSeconds(seconds);
    }

    static Instant atMillis(long millis) {
        return T0.plusMillis(millis);
    }

    static String date(long seconds) {
        return HttpDate.format(at(seconds));
    }

    /** A stored 200 that came at once, with these fields and the date of its receipt if they have none. */
    static StoredHead head(String... fields) {
        return head(200, fields);
    }

    static StoredHead head(int status, String... fields) {
        return StoredHead.builder("http://a/", status)
                .headers(StoredFields.of(Headers.of(fields), T0, Policy.STRICT))
                .requestAt(T0)
                .responseAt(T0)
                .build();
    }

    static Facts facts(String... fields) {
        return facts(Policy.STRICT, fields);
    }

    static Facts facts(Policy policy, String... fields) {
        return Facts.of(head(fields), policy);
    }
}
