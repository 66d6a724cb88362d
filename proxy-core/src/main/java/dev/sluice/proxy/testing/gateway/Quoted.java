package dev.sluice.proxy.testing.gateway;

/** Text of a request in a message: in quotes, on one line, and not too long. */
final class Quoted {
    private static final int LONGEST = 1_000;

    private Quoted() {}

    static String of(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        StringBuilder quoted = new StringBuilder("\"");
        shown.chars().forEach(c -> append(quoted, (char) c));
        quoted.append('"');
        return shown.length() == text.length()
                ? quoted.toString()
                : quoted + " and " + (text.length() - LONGEST) + " characters more";
    }

    private static void append(StringBuilder quoted, char c) {
        switch (c) {
            case '\r' -> quoted.append("\\r");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> quoted.append(Character.isISOControl(c) ? '?' : c);
        }
    }
}
