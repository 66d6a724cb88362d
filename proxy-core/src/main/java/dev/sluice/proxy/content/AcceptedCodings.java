package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about content codings in {@code Accept-Encoding} (RFC 9110 §12.5.3). A member that is not
 * well-formed counts for nothing. Immutable.
 */
final class AcceptedCodings {
    private static final String IDENTITY = "identity";

    /** By name in lower case: 0 (refused) to 1000. */
    private final Map<String, Integer> weights = new HashMap<>();

    private AcceptedCodings(List<String> members) {
        for (String member : members) {
            add(member);
        }
    }

    static AcceptedCodings of(Headers request) {
        return new AcceptedCodings(request.list("Accept-Encoding"));
    }

    /**
     * The coding that the client likes best; of equals the first one that is offered. Null if it accepts none, likes the
     * body as it is better, or says nothing: then any coding would be allowed, but who can decode one says so.
     */
    @Nullable
    ContentCoding best(List<ContentCoding> offered) {
        ContentCoding best = null;
        int most = Math.max(1, weights.getOrDefault(IDENTITY, 0)) - 1;
        for (ContentCoding coding : offered) {
            int weight = weight(name(coding.name()));
            if (weight > most) {
                best = coding;
                most = weight;
            }
        }
        return best;
    }

    /** Returns whether the body must not be sent as it is: it is fine unless it is excluded. */
    boolean refusesIdentity() {
        return weights.getOrDefault(IDENTITY, weights.getOrDefault("*", 1)) == 0;
    }

    private int weight(String name) {
        return weights.getOrDefault(name, weights.getOrDefault("*", 0));
    }

    /** The coding of a member of the field, without its weight. */
    static String coding(String member) {
        int semicolon = member.indexOf(';');
        return semicolon < 0 ? member : member.substring(0, semicolon).stripTrailing();
    }

    /** The name in lower case, and that of today for an old one (RFC 9110 §8.4.1.1, §8.4.1.3). */
    static String name(String coding) {
        String lower = coding.toLowerCase(Locale.ROOT);
        return lower.equals("x-gzip") || lower.equals("x-compress") ? lower.substring(2) : lower;
    }

    private void add(String member) {
        int semicolon = member.indexOf(';');
        String name = coding(member);
        int weight = semicolon < 0 ? 1000 : weight(member, semicolon + 1);
        if (Headers.isToken(name) && weight >= 0) {
            weights.putIfAbsent(name(name), weight);
        }
    }

    /** RFC 9110 §12.4.2: the weight in thousandths; -1 if it is none. */
    private static int weight(String member, int from) {
        String text = member.substring(from).stripLeading();
        if (text.length() < 3 || text.length() > 7 || !text.regionMatches(true, 0, "q=", 0, 2)) {
            return -1;
        }
        int whole = text.charAt(2) - '0';
        if (whole < 0 || whole > 1 || (text.length() > 3 && text.charAt(3) != '.')) {
            return -1;
        }
        int weight = whole * 1000;
        int unit = 100;
        for (int i = 4; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            weight += digit * unit;
            unit /= 10;
        }
        return weight > 1000 ? -1 : weight;
    }
}
