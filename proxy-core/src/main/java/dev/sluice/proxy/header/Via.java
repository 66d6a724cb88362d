package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code Via}: the proxies that a message has passed, and so whether it is in a loop (RFC 9110 §7.6.3). This proxy
 * adds its entry at the end, and the field becomes one line. Immutable.
 */
public final class Via {
    /**
     * No entry and no detection of loops, though RFC 9110 §7.6.3 asks a proxy for its entry. Entries of others go on
     * as they are.
     */
    public static final Via OFF = new Via(null, false);

    private final @Nullable String pseudonym;
    private final boolean neutral;
    private final Map<HttpVersion, String> entries = new EnumMap<>(HttpVersion.class);

    private Via(@Nullable String pseudonym, boolean neutral) {
        this.pseudonym = pseudonym;
        this.neutral = neutral;
        for (HttpVersion version : HttpVersion.values()) {
            entries.put(version, version.number() + ' ' + pseudonym);
        }
    }

    /**
     * An entry with this name. It must belong only to this running proxy: a request that already has it counts as a
     * loop.
     *
     * @throws IllegalArgumentException if the name is neither a token nor a host with a port; the message shows it
     */
    public static Via of(String pseudonym) {
        return new Via(requirePseudonym(pseudonym), false);
    }

    /** An entry with a random name, {@code sluice-} and 16 hexadecimal digits. */
    public static Via unique(RandomGenerator random) {
        return new Via(String.format("sluice-%016x", random.nextLong()), false);
    }

    /**
     * For a proxy that hides what is behind it: an entry with a general name that others may have too, such as {@code
     * proxy}. Loops are not detected. Entries that a message already has get the same name and lose their comments.
     *
     * @throws IllegalArgumentException if the name is neither a token nor a host with a port; the message shows it
     */
    public static Via neutral(String pseudonym) {
        return new Via(requirePseudonym(pseudonym), true);
    }

    /** The name in this proxy's entries, or null if they are off. */
    public @Nullable String pseudonym() {
        return pseudonym;
    }

    /**
     * The fields of a request with this proxy's entry.
     *
     * @param version that the request was received with
     * @throws ProxyException if the request has passed this proxy before: LOOP (RFC 5842 §7.2)
     */
    public Headers request(Headers outgoing, HttpVersion version) throws ProxyException {
        if (pseudonym != null && !neutral && outgoing.has("Via")) {
            for (ViaMember member : ViaMember.all(outgoing)) {
                if (member.receivedBy().equalsIgnoreCase(pseudonym)) {
                    throw ProxyException.refused(Outcome.LOOP, "the request has passed this proxy before");
                }
            }
        }
        return add(outgoing, version);
    }

    /**
     * The fields of a response with this proxy's entry.
     *
     * @param version that the response was received with
     */
    public Headers response(Headers outgoing, HttpVersion version) {
        return add(outgoing, version);
    }

    private Headers add(Headers outgoing, HttpVersion version) {
        if (pseudonym == null) {
            return outgoing;
        }
        String entry = Objects.requireNonNull(entries.get(version));
        if (!outgoing.has("Via")) {
            return outgoing.toBuilder().add("Via", entry).build();
        }
        String before = neutral ? neutralised(outgoing, pseudonym) : String.join(", ", outgoing.all("Via"));
        return outgoing.toBuilder()
                .set("Via", before.isBlank() ? entry : before + ", " + entry)
                .build();
    }

    /** The present entries, in order and with their protocols, which an entry must keep. */
    private static String neutralised(Headers headers, String pseudonym) {
        StringBuilder line = new StringBuilder();
        for (ViaMember member : ViaMember.all(headers)) {
            if (isProtocol(member.protocol())) {
                line.append(line.isEmpty() ? "" : ", ")
                        .append(member.protocol())
                        .append(' ')
                        .append(pseudonym);
            }
        }
        return line.toString();
    }

    /** {@code [ protocol-name "/" ] protocol-version}, both of them tokens. */
    private static boolean isProtocol(String text) {
        int slash = text.indexOf('/');
        return Headers.isToken(text.substring(slash + 1)) && (slash < 0 || Headers.isToken(text.substring(0, slash)));
    }

    private static String requirePseudonym(String pseudonym) {
        try {
            if (Headers.isToken(pseudonym)) {
                return pseudonym;
            }
            // A host may have these, but here they would begin a comment, or the next member of the list.
            if (pseudonym.chars().noneMatch(c -> "(),".indexOf(c) >= 0)) {
                return Authority.parse(pseudonym).toString();
            }
        } catch (IllegalArgumentException fault) {
            // Neither: refused below.
        }
        throw new IllegalArgumentException("pseudonym must be a token or a host and a port: \"" + pseudonym + '"');
    }
}
