package dev.sluice.proxy.http2.hpack;

import java.nio.charset.StandardCharsets;

/** Decodes the header blocks of one direction of a connection. For one thread at a time. */
public final class Decoder {
    /** The size of the table, which is the one of a peer that has not said another (RFC 9113 §6.5.2). */
    static final int TABLE_BYTES = 4096;

    private static final byte[] NONE = {};

    private final DynamicTable table = new DynamicTable(TABLE_BYTES);
    private final int listBytes;
    private byte[] block = NONE;
    private int at;
    private int end;
    private byte[] decoded = NONE;

    /**
     * A decoder with an empty table.
     *
     * @param listBytes the most bytes of a list of fields: of their names and values, and 32 for each (RFC 9113 §6.5.2)
     */
    public Decoder(int listBytes) {
        this.listBytes = listBytes;
    }

    /** Takes the fields of a block. */
    @FunctionalInterface
    public interface Sink {
        /**
         * The next field.
         *
         * @param name its bytes in Latin-1, not checked
         * @param value its bytes in Latin-1, not checked
         * @param secret whether it must never be put into a table, on no connection that it goes on with (RFC 7541 §6.2.3)
         */
        void field(String name, String value, boolean secret);
    }

    /**
     * Decodes a whole block.
     *
     * @return whether the list is within its limit; if not, the fields above it were decoded for the sake of the table, and
     *     dropped
     * @throws HpackException if it cannot be decoded; then no other block can
     */
    public boolean decode(byte[] bytes, int offset, int length, Sink sink) throws HpackException {
        block = bytes;
        at = offset;
        end = offset + length;
        try {
            resize();
            return fields(sink);
        } finally {
            block = NONE;
            decoded = NONE;
        }
    }

    /** Changes of the table's size stand before all fields (RFC 7541 §4.2). */
    private void resize() throws HpackException {
        while (at < end && (block[at] & 0xe0) == 0x20) {
            int bytes = integer(5);
            if (bytes > TABLE_BYTES) {
                throw new HpackException(
                        "a table of " + bytes + " bytes, where " + TABLE_BYTES + " are allowed (RFC 7541 §6.3)");
            }
            table.resize(bytes);
        }
    }

    private boolean fields(Sink sink) throws HpackException {
        long left = listBytes;
        while (at < end) {
            int first = block[at] & 0xff;
            boolean secret = (first & 0xf0) == 0x10;
            Field field;
            if (first >= 0x80) {
                field = indexed(integer(7));
            } else if (first >= 0x40) {
                field = literal(6);
                table.add(field);
            } else if (first >= 0x20) {
                throw new HpackException("a change of the table's size behind a field (RFC 7541 §4.2)");
            } else {
                field = literal(4);
            }
            left -= field.size();
            if (left >= 0) {
                sink.field(field.name(), field.value(), secret);
            }
        }
        return left >= 0;
    }

    private Field literal(int prefix) throws HpackException {
        int index = integer(prefix);
        String name = index == 0 ? string() : indexed(index).name();
        return new Field(name, string());
    }

    private Field indexed(int index) throws HpackException {
        if (index > StaticTable.SIZE && index - StaticTable.SIZE <= table.count()) {
            return table.at(index - StaticTable.SIZE - 1);
        }
        if (index < 1 || index > StaticTable.SIZE) {
            throw new HpackException("no table has the index " + index + " (RFC 7541 §2.3.3)");
        }
        return StaticTable.at(index);
    }

    private String string() throws HpackException {
        boolean coded = at < end && block[at] < 0;
        int length = integer(7);
        if (length > end - at) {
            throw new HpackException("a string of " + length + " bytes, where the block has " + (end - at) + " left");
        }
        int begin = at;
        at += length;
        if (!coded) {
            return new String(block, begin, length, StandardCharsets.ISO_8859_1);
        }
        if (decoded.length < Huffman.most(length)) {
            decoded = new byte[Huffman.most(length)];
        }
        int size = Huffman.decode(block, begin, at, decoded);
        return new String(decoded, 0, size, StandardCharsets.ISO_8859_1);
    }

    /** A number, of whose first byte so many bits belong to it (RFC 7541 §5.1). */
    private int integer(int prefix) throws HpackException {
        int most = (1 << prefix) - 1;
        long value = next() & most;
        if (value < most) {
            return (int) value;
        }
        int shift = 0;
        int more;
        do {
            more = next();
            value += (long) (more & 0x7f) << shift;
            shift += 7;
            if (shift > 35 || value > Integer.MAX_VALUE) {
                throw new HpackException("a number of more than 31 bits (RFC 7541 §5.1)");
            }
        } while ((more & 0x80) != 0);
        return (int) value;
    }

    private int next() throws HpackException {
        if (at == end) {
            throw new HpackException("the block ends within a field");
        }
        return block[at++];
    }
}
