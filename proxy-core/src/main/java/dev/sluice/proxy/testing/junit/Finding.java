package dev.sluice.proxy.testing.junit;

import java.util.LinkedHashSet;
import java.util.Set;

/** How a rule was broken, and in which case, with the bytes on both sides of the proxy. For one thread. */
final class Finding {
    /** The most of a message that is shown; the rest of a long body says nothing more. */
    private static final int SHOWN = 1_500;

    private final String broken;
    private final Set<String> cases = new LinkedHashSet<>();
    private final StringBuilder text = new StringBuilder();

    Finding(String broken) {
        this.broken = broken;
    }

    /** One that may be the same in other cases. */
    Finding(String in, String broken) {
        this(broken);
        cases.add(in);
    }

    /** Takes the cases of another one if that is the same but for them; returns whether it is. */
    boolean absorbs(Finding other) {
        boolean same = broken.equals(other.broken);
        if (same) {
            cases.addAll(other.cases);
        }
        return same;
    }

    /** The bytes that somebody sent. */
    Finding sent(String who, String bytes) {
        return add(who + " sent", bytes);
    }

    /** The bytes that came to somebody. */
    Finding arrived(String who, String bytes) {
        return add(who + " got", bytes);
    }

    private Finding add(String what, String bytes) {
        text.append('\n').append(what).append(':');
        String part = bytes.length() > SHOWN ? bytes.substring(0, SHOWN) : bytes;
        for (String line : part.split("(?<=\n)", -1)) {
            if (!line.isEmpty()) {
                text.append("\n  ").append(shown(line));
            }
        }
        if (bytes.isEmpty()) {
            text.append(" nothing");
        } else if (bytes.length() > SHOWN) {
            text.append("\n  and ").append(bytes.length() - SHOWN).append(" bytes more");
        }
        return this;
    }

    private static String shown(String line) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            switch (c) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                case '\t' -> shown.append("\\t");
                case '\\' -> shown.append("\\\\");
                default -> shown.append(c < ' ' || c >= 0x7f ? String.format("\\x%02x", (int) c) : String.valueOf(c));
            }
        }
        return shown.toString();
    }

    @Override
    public String toString() {
        return (cases.isEmpty() ? "" : String.join("; ", cases) + ": ") + broken + text;
    }
}
