package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.origin.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Set;

/** One line of a file of members: a URL, then {@code key=value} pairs. */
final class MemberLine {
    private static final String TAG = "tag.";

    private MemberLine() {}

    /**
     * The member.
     *
     * @param line not blank and without comment
     * @throws IllegalArgumentException saying what is wrong
     */
    static Member parse(String line) {
        String[] words = line.strip().split("\\s+", -1);
        Member member = at(words[0]);
        Set<String> keys = new HashSet<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("not key=value: \"" + words[i] + "\"");
            }
            String key = words[i].substring(0, equals);
            if (!keys.add(key)) {
                throw new IllegalArgumentException(key + " is given twice");
            }
            member = with(member, key, words[i].substring(equals + 1));
        }
        return member;
    }

    private static Member at(String url) {
        try {
            URI uri = new URI(url);
            Origin.of(uri);
            return Member.at(uri);
        } catch (URISyntaxException fault) {
            throw new IllegalArgumentException("not a URL: \"" + url + "\"", fault);
        }
    }

    private static Member with(Member member, String key, String value) {
        return switch (key) {
            case "id" -> member.withId(value);
            case "weight" -> member.withWeight(number(key, value));
            case "priority" -> member.withPriority(number(key, value));
            default -> {
                if (!key.startsWith(TAG) || key.length() == TAG.length()) {
                    throw new IllegalArgumentException("unknown key: \"" + key + "\"");
                }
                yield member.withTag(key.substring(TAG.length()), value);
            }
        };
    }

    private static int number(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException fault) {
            throw new IllegalArgumentException(key + " must be a number: \"" + value + "\"", fault);
        }
    }
}
