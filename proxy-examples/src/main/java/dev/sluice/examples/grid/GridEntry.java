package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.StoredHead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response in the grid.
 *
 * @param id that of its body; no other body has or had it
 * @param length the length of its body
 * @param until the milliseconds since 1970 when its body ends by itself
 * @param headBytes the length of the head as bytes
 */
record GridEntry(String id, long length, long until, StoredHead head, int headBytes) {
    GridEntry(String id, long length, long until, StoredHead head) {
        this(id, length, until, head, head.encode().length);
    }

    GridEntry with(StoredHead now) {
        return new GridEntry(id, length, until, now);
    }

    boolean isVariant(StoredHead other) {
        return head.variant().equals(other.variant());
    }

    /** What it takes in the grid. */
    long bytes() {
        return headBytes + length + 100 * (1 + GridPieces.count(length));
    }

    /** All variants of a key as one value, or null if there is none. */
    static byte @Nullable [] encode(List<GridEntry> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(entries.size());
            for (GridEntry each : entries) {
                out.writeUTF(each.id);
                out.writeLong(each.length);
                out.writeLong(each.until);
                byte[] head = each.head.encode();
                out.writeInt(head.length);
                out.write(head);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** What {@link #encode} has made; empty for null, and for what is damaged or from another version of this library. */
    static List<GridEntry> decode(byte @Nullable [] bytes) {
        List<GridEntry> entries = new ArrayList<>();
        if (bytes != null) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                for (int left = in.readInt(); left > 0; left--) {
                    String id = in.readUTF();
                    long length = in.readLong();
                    long until = in.readLong();
                    byte[] head = in.readNBytes(in.readInt());
                    entries.add(new GridEntry(id, length, until, StoredHead.decode(head), head.length));
                }
            } catch (IOException | IllegalArgumentException unreadable) {
                return List.of();
            }
        }
        return List.copyOf(entries);
    }
}
