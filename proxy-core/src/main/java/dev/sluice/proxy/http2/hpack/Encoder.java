package dev.sluice.proxy.http2.hpack;

import dev.sluice.proxy.http1.OutputBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Encodes the header blocks of one direction of a connection. For one thread at a time. */
public final class Encoder {
    /** Names whose values differ from message to message: to keep them would only drive others out. */
    private static final Set<String> CHANGING = Set.of(
            ":path",
            "age",
            "content-length",
            "content-range",
            "date",
            "etag",
            "expires",
            "if-modified-since",
            "if-none-match",
            "last-modified",
            "location",
            "range",
            "referer",
            "traceparent",
            "x-request-id");

    /** Names of secrets: what is in a table can be guessed by whoever sees lengths (RFC 7541 §7.1). */
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "proxy-authorization", "set-cookie");

    private final DynamicTable table = new DynamicTable(Decoder.TABLE_BYTES);

    /** When each was added that may still be in the table, counted from 1. */
    private final Map<Field, Long> byField = new HashMap<>();

    private final Map<String, Long> byName = new HashMap<>();
    /** The smallest size since the last block; the peer must see it (RFC 7541 §4.2). */
    private int smallest = Decoder.TABLE_BYTES;

    private int wanted = Decoder.TABLE_BYTES;

    /** An encoder with an empty table of 4,096 bytes. */
    public Encoder() {}

    /**
     * The peer allows a table of this size (RFC 9113 §6.5.2, SETTINGS_HEADER_TABLE_SIZE); more than 4,096 bytes are not used.
     */
    public void tableBytes(int allowed) {
        wanted = Math.min(allowed, Decoder.TABLE_BYTES);
        smallest = Math.min(smallest, wanted);
    }

    /** Begins a block. */
    public void begin(OutputBuffer out) {
        if (smallest < table.mostBytes()) {
            resize(out, smallest);
        }
        if (wanted != table.mostBytes()) {
            resize(out, wanted);
        }
        smallest = wanted;
    }

    private void resize(OutputBuffer out, int bytes) {
        table.resize(bytes);
        integer(out, 0x20, 5, bytes);
        dropGone();
    }

    /**
     * Adds a field to the block.
     *
     * @param name in lower case
     * @param secret whether it must never be put into a table
     */
    public void field(OutputBuffer out, String name, String value, boolean secret) {
        Field field = new Field(name, value);
        boolean hidden = secret || SECRET.contains(name);
        int index = hidden ? 0 : find(field);
        if (index > 0) {
            integer(out, 0x80, 7, index);
        } else if (hidden) {
            literal(out, 0x10, 4, field);
        } else if (CHANGING.contains(name) || field.size() > table.mostBytes() / 2) {
            literal(out, 0x00, 4, field);
        } else {
            literal(out, 0x40, 6, field);
            add(field);
        }
    }

    private int find(Field field) {
        int index = StaticTable.find(field);
        return index > 0 ? index : index(byField.getOrDefault(field, 0L));
    }

    private int find(String name) {
        int index = StaticTable.find(name);
        return index > 0 ? index : index(byName.getOrDefault(name, 0L));
    }

    /** The index of the field that was added then, or 0 if it is not there any more. */
    private int index(long number) {
        long before = table.added() - number;
        return before < table.count() ? StaticTable.SIZE + 1 + (int) before : 0;
    }

    private void add(Field field) {
        table.add(field);
        byField.put(field, table.added());
        byName.put(field.name(), table.added());
        if (byField.size() > 2 * table.count() + 16) {
            dropGone();
        }
    }

    private void dropGone() {
        byField.values().removeIf(number -> index(number) == 0);
        byName.values().removeIf(number -> index(number) == 0);
    }

    private void literal(OutputBuffer out, int kind, int prefix, Field field) {
        int index = find(field.name());
        integer(out, kind, prefix, index);
        if (index == 0) {
            string(out, field.name());
        }
        string(out, field.value());
    }

    private static void string(OutputBuffer out, String text) {
        int coded = Huffman.bytes(text);
        if (coded < text.length()) {
            integer(out, 0x80, 7, coded);
            Huffman.encode(text, out);
        } else {
            integer(out, 0x00, 7, text.length());
            out.latin1(text);
        }
    }

    /** A number, of whose first byte so many bits belong to it (RFC 7541 §5.1). */
    private static void integer(OutputBuffer out, int kind, int prefix, int value) {
        int most = (1 << prefix) - 1;
        if (value < most) {
            out.put(kind | value);
            return;
        }
        out.put(kind | most);
        int rest = value - most;
        while (rest >= 0x80) {
            out.put((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.put(rest);
    }
}
