package dev.sluice.proxy.testing.gateway;

/** Text of a request in a message: in quotes, on one line, and not too long. Pure functions. */
final class Quoted {
    private static final int LONGEST = 1_000;
    private static final int BRIEF = 60;

    private Quoted() {}

    /** At most 1,000 characters of it. */
    static String of(String text) {
        return of(text, LONGEST);
    }

    /** At most 60 characters of it, as a name of something. */
    static String brief(String text) {
        return of(text, BRIEF);
    }

    private static String of(String text, int longest) {
        String shown = text.length() > longest ? text.substring(0, longest) : text;
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < shown.length(); i++) {
            append(quoted, shown.charAt(i));
        }
        quoted.append('"');
        return shown.length() == text.length()
                ? quoted.toString()
                : quoted + " and " + (text.length() - longest) + " characters more";
    }

    private static void append(StringBuilder quoted, char c) {
        switch (c) {
            case '\r' -> quoted.append("\\r");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            case '\\' -> quoted.append("\\\\");
            case '"' -> quoted.append("\\\"");
            default -> quoted.append(Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
    }
}
