package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists of content codings. */
final class Codings {
    private Codings() {}

    /** The codings of an option, which must be some with different names. */
    static List<ContentCoding> checked(String option, ContentCoding... codings) {
        Set<String> names = new HashSet<>();
        for (ContentCoding coding : codings) {
            String name = AcceptedCodings.name(coding.name());
            if (!Headers.isToken(name) || name.equals("identity") || name.equals("*")) {
                throw new IllegalArgumentException(option + " must not have the name: " + Printable.of(coding.name()));
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException(option + " must have different names: " + coding.name());
            }
        }
        if (codings.length == 0) {
            throw new IllegalArgumentException(option + " needs at least one value");
        }
        return List.of(codings);
    }
}
