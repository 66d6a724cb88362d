package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.syntax.Token;
import java.util.Locale;
import java.util.Map;

/** One line of {@code Cache-Control}, while it is read. */
final class DirectiveLine {
    private final String line;
    private final Map<String, Directive> directives;
    private int at;

    /** Set once: all quotes after the one that nothing closes are characters like others. */
    private boolean unclosed;

    DirectiveLine(String line, Map<String, Directive> directives) {
        this.line = line;
        this.directives = directives;
    }

    /** Adds what it says; returns whether all quoted strings have an end. */
    boolean read() {
        while (skipBlanks()) {
            if (line.charAt(at) != ',') {
                readDirective();
            }
            at++;
        }
        return !unclosed;
    }

    /** Reads one, and ends at a comma or at the end. */
    private void readDirective() {
        String name = word();
        if (Token.is(name)) {
            readArgument(directives.computeIfAbsent(name.toLowerCase(Locale.ROOT), unused -> new Directive()));
        }
        skipRest();
    }

    private void readArgument(Directive directive) {
        if (at == line.length() || line.charAt(at) != '=') {
            // A space before an equals sign is malformed too: RFC 9111 §5.2 has none there.
            if (isAtEnd()) {
                directive.addBare();
            } else {
                directive.addMalformed();
            }
            return;
        }
        at++;
        boolean quoted = at < line.length() && line.charAt(at) == '"';
        String value = quoted ? quotedString() : word();
        if ((quoted || Token.is(value)) && isAtEnd() && !unclosed) {
            directive.addArgument(value);
        } else {
            directive.addMalformed();
        }
    }

    /** The text up to a blank, a comma, an equals sign or a quote. */
    private String word() {
        int from = at;
        while (at < line.length() && " \t,=\"".indexOf(line.charAt(at)) < 0) {
            at++;
        }
        return line.substring(from, at);
    }

    /** The string that begins here (RFC 9110 §5.6.4), or nothing of it if it has no end. */
    private String quotedString() {
        StringBuilder text = new StringBuilder();
        int begin = at;
        while (++at < line.length() && line.charAt(at) != '"') {
            boolean escape = line.charAt(at) == '\\' && at + 1 < line.length();
            text.append(line.charAt(escape ? ++at : at));
        }
        if (at >= line.length()) {
            unclosed = true;
            at = begin;
            text.setLength(0);
        }
        at++;
        return text.toString();
    }

    /** Goes to the next comma that is not in quotes. */
    private void skipRest() {
        while (at < line.length() && line.charAt(at) != ',') {
            if (line.charAt(at) == '"' && !unclosed) {
                quotedString();
            } else {
                at++;
            }
        }
    }

    private boolean isAtEnd() {
        return !skipBlanks() || line.charAt(at) == ',';
    }

    /** Returns false at the end of the line. */
    private boolean skipBlanks() {
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
        return at < line.length();
    }
}
