package dev.sluice.balancer.discovery;

import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.HostName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the DNS is asked: a name, in lower case and without its last dot, and a type; the class is always IN. Immutable.
 */
record DnsQuestion(String name, DnsType type) {
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    private static final int RECURSION_DESIRED = 0x0100;

    /**
     * The name as questions have it.
     *
     * @throws IllegalArgumentException if it is no name of the DNS, or is an address; the message begins with the
     *     option's name and shows the value
     */
    static String requireName(String option, String text) {
        String name = HostName.withoutRootDot(text);
        boolean digits = true;
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63) {
                throw new IllegalArgumentException(option + " must be a name of the DNS: \"" + text + "\"");
            }
            digits &= Ascii.areDigits(label);
        }
        // Two bytes more on the wire than in text: the first label's length and the root's.
        if (digits || name.length() > 253 || !isPlain(name)) {
            throw new IllegalArgumentException(option + " must be a name of the DNS: \"" + text + "\"");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns whether it has only the letters, digits, hyphens and underscores that names of hosts and services have.
     */
    private static boolean isPlain(String name) {
        return name.chars().allMatch(c -> PLAIN.indexOf(c) >= 0);
    }

    /** The message that asks this (RFC 1035 §4.1). */
    byte[] message(int id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int field : new int[] {id, RECURSION_DESIRED, 1, 0, 0, 0}) {
            u16(out, field);
        }
        for (String label : name.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            out.write(bytes.length);
            out.write(bytes, 0, bytes.length);
        }
        out.write(0);
        u16(out, type.code);
        u16(out, 1);
        return out.toByteArray();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DnsQuestion that && name.equals(that.name) && type == that.type;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type);
    }

    @Override
    public String toString() {
        return type + " of " + name;
    }
}
