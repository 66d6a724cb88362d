package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the heads of a key's responses. Safe for use by many threads. */
final class Finding {
    /** A file up to this length is read whole, with its head. */
    private static final int SHORT = 2 * EntryForm.BLOCK;

    /** How often a head is read again because it was replaced in the meantime. */
    private static final int ATTEMPTS = 10;

    private final Shelf shelf;

    Finding(Shelf shelf) {
        this.shelf = shelf;
    }

    /** Where the responses of a key are, the newest first. */
    List<Version> versions(String key) throws IOException {
        KeyHash hash = KeyHash.of(key);
        shelf.shards.require(hash.shard());
        return shelf.index.find(hash);
    }

    /** The response of a key, or null if it is not stored any more. If it is damaged, it is dropped. */
    @Nullable
    StoredResponse read(Version version, String key) throws IOException {
        StoredResponse response = read(version);
        return response != null && response.head().key().equals(key) ? response : null;
    }

    private @Nullable StoredResponse read(Version first) throws IOException {
        Entry entry = first.entry();
        Version version = first;
        for (int attempt = 1; version != null; attempt++) {
            try {
                return response(version);
            } catch (NoSuchFileException gone) {
                Version now = shelf.index.current(entry);
                if (now != null && (now.generation() == version.generation() || attempt == ATTEMPTS)) {
                    shelf.damaged(entry, new DamagedException("it is not there any more"));
                    now = null;
                }
                version = now;
            } catch (DamagedException damage) {
                shelf.damaged(entry, damage);
                return null;
            }
        }
        return null;
    }

    private StoredResponse response(Version version) throws IOException {
        Entry entry = version.entry();
        long length = EntryForm.fileLength(entry.bodyLength, entry.headLength);
        long headBegin = length - EntryForm.headFileLength(entry.headLength);
        boolean isShort = length <= SHORT;
        long begin = isShort ? 0 : headBegin;
        boolean isNewHead = version.generation() > 0;
        ByteBuffer bytes = isShort || !isNewHead
                ? bytes(shelf.folder.file(entry), begin, (int) (length - begin))
                : ByteBuffer.allocate(0);
        ByteBuffer headBytes = isNewHead
                ? bytes(shelf.folder.file(version.head()), 0, EntryForm.headFileLength(version.newHeadLength()))
                : bytes.position((int) (headBegin - begin)).slice();
        EntryForm.Head head = EntryForm.head(headBytes, entry, version.generation());
        if (isShort) {
            EntryForm.checkBody(bytes.array(), (int) entry.bodyLength, head.salt());
        }
        return new DiskResponse(shelf, entry, head, isShort ? bytes.array() : null);
    }

    private ByteBuffer bytes(Path file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        Disk.Opened opened = shelf.disk.open(file);
        try {
            EntryForm.readFully(opened, bytes, position);
        } finally {
            opened.close();
        }
        return bytes.flip();
    }
}
