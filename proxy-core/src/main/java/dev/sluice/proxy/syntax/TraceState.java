package dev.sluice.proxy.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The field {@code tracestate} of W3C Trace Context, §3.3: a list of members {@code key=value}, one for each tracing system. */
public final class TraceState {
    /** More members make the list invalid (§3.3.1.1). */
    private static final int MEMBERS = 32;

    /** What is longer is shortened: far more than the 512 characters that everybody passes on (§3.3.1.5). */
    private static final int LENGTH = 4_096;

    /** Longer members are the first to go (§3.3.1.5). */
    private static final int LONG_MEMBER = 128;

    private static final int KEY = 256;
    private static final int TENANT = 241;
    private static final int SYSTEM = 14;
    private static final int VALUE = 256;

    private TraceState() {}

    /**
     * The list as one line, without what is empty. Of several members with one key, which a careless sender leaves, the
     * first one stays, as it is the newest.
     *
     * @param lines the values of all lines of the field, in order
     * @return empty if there is no member, or if anything in the list is not valid: then nothing of it is believed
     */
    public static String read(List<String> lines) {
        List<String> members = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (String line : lines) {
            for (int from = 0; from <= line.length(); ) {
                int comma = line.indexOf(',', from);
                int end = comma < 0 ? line.length() : comma;
                String member = trimmed(line, from, end);
                from = end + 1;
                if (member.isEmpty()) {
                    continue;
                }
                int equals = member.indexOf('=');
                if (equals < 0 || !isKey(member.substring(0, equals)) || !isValue(member.substring(equals + 1))) {
                    return "";
                }
                if (keys.add(member.substring(0, equals))) {
                    members.add(member);
                }
            }
        }
        return members.size() > MEMBERS ? "" : shortened(members);
    }

    /** Whole members go: the long ones, then any, from the end. */
    private static String shortened(List<String> members) {
        int length = members.stream().mapToInt(member -> member.length() + 1).sum() - 1;
        for (int least : new int[] {LONG_MEMBER, 0}) {
            for (int i = members.size() - 1; i >= 0 && length > LENGTH; i--) {
                if (members.get(i).length() > least) {
                    length -= members.remove(i).length() + 1;
                }
            }
        }
        return String.join(",", members);
    }

    /** Without spaces and tabs around it; those before the value's first character belong to the value. */
    private static String trimmed(String line, int from, int end) {
        int first = from;
        int last = end;
        while (first < last && isBlank(line.charAt(first))) {
            first++;
        }
        while (last > first && isBlank(line.charAt(last - 1))) {
            last--;
        }
        return line.substring(first, last);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** A name of a system, or that of a tenant of a system before it, with {@code @} between them (§3.3.1.3.1). */
    private static boolean isKey(String key) {
        int at = key.indexOf('@');
        if (at < 0) {
            return isName(key, KEY) && isLower(key.charAt(0));
        }
        String system = key.substring(at + 1);
        return isName(key.substring(0, at), TENANT) && isName(system, SYSTEM) && isLower(system.charAt(0));
    }

    private static boolean isName(String text, int most) {
        if (text.isEmpty() || text.length() > most || "_-*/".indexOf(text.charAt(0)) >= 0) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLower(c) && !Ascii.isDigit(c) && "_-*/".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    /** Visible ASCII and spaces, without comma and equals sign (§3.3.1.3.2). */
    private static boolean isValue(String value) {
        if (value.isEmpty() || value.length() > VALUE) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '=') {
                return false;
            }
        }
        return true;
    }
}
