package dev.sluice.lab.bench;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a load generator prints. */
final class ToolOutput {
    private ToolOutput() {}

    /**
     * The first place that matches.
     *
     * @throws IllegalStateException if there is none; the message shows the text
     */
    static MatchResult require(String tool, Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException(tool + " said: " + said.strip());
        }
        return matcher;
    }

    /** Adds a kind of errors to a list, if there are any. */
    static void append(StringBuilder errors, String count, String what) {
        if (!count.equals("0")) {
            errors.append(errors.isEmpty() ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(what);
        }
    }
}
