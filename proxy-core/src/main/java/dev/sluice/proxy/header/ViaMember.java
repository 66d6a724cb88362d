package dev.sluice.proxy.header;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * One member of {@code Via} (RFC 9110 §7.6.3), its comment left out.
 *
 * @param protocol such as {@code 1.1} or {@code HTTP/1.1}
 * @param receivedBy the host or the pseudonym of the proxy; empty when the member has none
 */
record ViaMember(String protocol, String receivedBy) {
    /** The members of all {@code Via} lines, in order. */
    static List<ViaMember> all(Headers headers) {
        List<ViaMember> members = new ArrayList<>();
        for (String line : headers.all("Via")) {
            // A comment that is never closed would swallow what later proxies added, so it counts as none.
            if (!split(line, true, members)) {
                split(line, false, members);
            }
        }
        return members;
    }

    /**
     * Adds the line's members, unless comments are minded and one is not closed: then adds none, and returns false.
     */
    private static boolean split(String line, boolean comments, List<ViaMember> members) {
        List<ViaMember> found = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (depth == 0 && c == ',') {
                add(line.substring(from, i), found);
                from = i + 1;
            } else if (depth > 0 && c == '\\') {
                i++; // A quoted pair: the next character is no parenthesis (RFC 9110 §5.6.4).
            } else if (comments && c == '(') {
                depth++;
            } else if (depth > 0 && c == ')') {
                depth--;
            }
        }
        add(line.substring(from), found);
        if (depth > 0) {
            return false;
        }
        members.addAll(found);
        return true;
    }

    private static void add(String text, List<ViaMember> members) {
        String member = text.strip();
        if (member.isEmpty()) {
            return;
        }
        int space = blank(member, 0);
        String rest = member.substring(space).strip();
        int end = Math.min(blank(rest, 0), rest.indexOf('(') < 0 ? rest.length() : rest.indexOf('('));
        members.add(new ViaMember(member.substring(0, space), rest.substring(0, end)));
    }

    private static int blank(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '\t') {
            at++;
        }
        return at;
    }
}
