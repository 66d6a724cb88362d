package dev.sluice.proxy.header;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * One element of {@code Forwarded} (RFC 7239 §4): the report of one proxy. Missing values are empty.
 *
 * @param node the value of {@code for}
 * @param scheme the value of {@code proto}
 * @param host the value of {@code host}
 */
record ForwardedElement(String node, String scheme, String host) {
    /** The elements of all lines, in order. */
    static List<ForwardedElement> all(Headers received) {
        List<ForwardedElement> elements = new ArrayList<>();
        for (String line : received.all("Forwarded")) {
            // A quote that a client leaves open would swallow what proxies have added, so it counts as none.
            boolean quotes = isClosed(line);
            split(line, ',', quotes).forEach(element -> elements.add(parse(element, quotes)));
        }
        return elements;
    }

    private static ForwardedElement parse(String text, boolean quotes) {
        String node = "";
        String scheme = "";
        String host = "";
        for (String pair : split(text, ';', quotes)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip();
            String value = equals < 0 ? "" : unquoted(pair.substring(equals + 1).strip());
            if (name.equalsIgnoreCase("for")) {
                node = value;
            } else if (name.equalsIgnoreCase("proto")) {
                scheme = value;
            } else if (name.equalsIgnoreCase("host")) {
                host = value;
            }
        }
        return new ForwardedElement(node, scheme, host);
    }

    private static boolean isClosed(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return !quoted;
    }

    /** The parts that are not blank, between separators outside of quoted strings. */
    private static List<String> split(String text, char separator, boolean quotes) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : separator;
            if (c == separator && (!quoted || i == text.length())) {
                String part = text.substring(from, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                from = i + 1;
            } else if (quoted && c == '\\') {
                i++;
            } else if (quotes && c == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || value.charAt(value.length() - 1) != '"') {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            if (value.charAt(i) == '\\' && i < value.length() - 2) {
                i++;
            }
            text.append(value.charAt(i));
        }
        return text.toString();
    }
}
