package dev.sluice.proxy;

import java.util.function.Predicate;

/** Fields for a record: logs and listeners have no use for credentials. */
final class HiddenFields {
    private static final String HIDDEN = "***";

    private HiddenFields() {}

    /** The fields with {@code ***} for the values of those with secret names; the same if there are none. */
    static Headers of(Headers headers, Predicate<String> secret) {
        Headers.Builder shown = null;
        for (int i = 0; i < headers.size(); i++) {
            if (secret.test(headers.name(i))) {
                shown = shown == null ? headers.toBuilder() : shown;
                shown.replace(headers.name(i), value -> HIDDEN);
            }
        }
        return shown == null ? headers : shown.build();
    }
}
