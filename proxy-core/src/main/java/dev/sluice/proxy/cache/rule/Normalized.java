package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of fields of requests in a form that is the same for what means the same (RFC 9111 §4.1). What does not have
 * the form of its field stays as it is.
 */
final class Normalized {
    /** Fields with one value, which may have a comma (RFC 9110 §5.5). */
    private static final FieldSet ONE_VALUE = FieldSet.of(
            "User-Agent", "Referer", "Cookie", "Authorization", "Proxy-Authorization", "From", "Date", "If-*", "Host");

    /** Lists of names with weights, compared without case, whose order says nothing (RFC 9110 §12.5.2-4). */
    private static final FieldSet WEIGHTED = FieldSet.of("Accept-Encoding", "Accept-Language", "Accept-Charset");

    private static final int MOST_DIGITS = 3;

    private Normalized() {}

    /** The value of a field from all its lines, of which there is at least one. */
    static String of(String name, List<String> lines) {
        if (ONE_VALUE.has(name)) {
            return String.join(", ", lines);
        }
        List<String> members = members(lines);
        if (members == null) {
            return String.join(", ", lines);
        }
        String weighted = WEIGHTED.has(name) ? weighted(members) : null;
        return weighted == null ? String.join(", ", members) : weighted;
    }

    /** The members between commas that are not in quotes; null if a quoted string has no end. */
    private static @Nullable List<String> members(List<String> lines) {
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            boolean quoted = false;
            int from = 0;
            for (int at = 0; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    quoted = !quoted;
                } else if (quoted && c == '\\') {
                    at++;
                } else if (!quoted && c == ',') {
                    members.add(line.substring(from, at).strip());
                    from = at + 1;
                }
            }
            if (quoted) {
                return null;
            }
            members.add(line.substring(from).strip());
        }
        return members;
    }

    /** In lower case, sorted, each once, without a weight of 1; null if a member is none. */
    private static @Nullable String weighted(List<String> members) {
        SortedSet<String> sorted = new TreeSet<>();
        for (String member : members) {
            if (member.isEmpty()) {
                // RFC 9110 §5.6.1: in a list it says nothing; but of other fields it is not known that they are lists.
                continue;
            }
            int semicolon = member.indexOf(';');
            String name =
                    semicolon < 0 ? member : member.substring(0, semicolon).strip();
            String weight =
                    semicolon < 0 ? "" : weight(member.substring(semicolon + 1).strip());
            if (!Token.is(name) || weight == null) {
                return null;
            }
            sorted.add(coding(name.toLowerCase(Locale.ROOT)) + weight);
        }
        return String.join(",", sorted);
    }

    /** RFC 9110 §8.4.1.3: the old name of a coding is that coding. */
    private static String coding(String name) {
        return name.equals("x-gzip") ? "gzip" : name;
    }

    /** {@code ;q=0.5} without zeros at its end; nothing for 1; null if it is no weight (RFC 9110 §12.4.2). */
    private static @Nullable String weight(String text) {
        if (!text.regionMatches(true, 0, "q=", 0, 2) || text.length() < 3) {
            return null;
        }
        char whole = text.charAt(2);
        String fraction = text.length() > 4 ? text.substring(4) : "";
        boolean point = text.length() == 3 || text.charAt(3) == '.';
        boolean digits = fraction.length() <= MOST_DIGITS && fraction.chars().allMatch(c -> c >= '0' && c <= '9');
        String kept = fraction.replaceAll("0+$", "");
        if (!point || !digits || (whole != '0' && whole != '1') || (whole == '1' && !kept.isEmpty())) {
            return null;
        }
        return whole == '1' ? "" : kept.isEmpty() ? ";q=0" : ";q=0." + kept;
    }
}
