package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists of content codings. */
final class Codings {
    static final List<ContentCoding> OF_THE_JDK = List.of(ContentCoding.GZIP, ContentCoding.DEFLATE);

    /** The most that a body may have: one is usual, and each costs memory. */
    static final int MOST = 5;

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

    /** The names in {@code Content-Encoding}; {@code identity} is no coding, though some say it (RFC 9110 §8.4). */
    static List<String> applied(Headers fields) {
        return fields.list("Content-Encoding").stream()
                .map(AcceptedCodings::name)
                .filter(name -> !name.equals("identity"))
                .toList();
    }

    /** The codings with these names, up to the first that is not known. */
    static List<ContentCoding> find(List<String> names, List<ContentCoding> known) {
        List<ContentCoding> found = new ArrayList<>();
        for (String name : names) {
            ContentCoding coding = find(name, known);
            if (coding == null) {
                break;
            }
            found.add(coding);
        }
        return found;
    }

    private static @Nullable ContentCoding find(String name, List<ContentCoding> known) {
        for (ContentCoding coding : known) {
            if (AcceptedCodings.name(coding.name()).equals(name)) {
                return coding;
            }
        }
        return null;
    }
}
