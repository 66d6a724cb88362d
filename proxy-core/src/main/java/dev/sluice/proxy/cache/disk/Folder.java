package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.disk.EntryNames.HeadName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Where files stand: those of entries in 256 folders, by the first byte of the key's hash, and those that are being
 * written in {@code new}, each with a name that no other run uses. Safe for use by many threads.
 */
final class Folder {
    static final int SHARDS = 256;

    private static final String NEW = "new";
    private static final String PART = ".part";
    private static final Pattern NEW_FILE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]+" + Pattern.quote(PART));
    private static final HexFormat HEX = HexFormat.of();

    private final Path root;
    private final Path beingWritten;
    private final Path[] shards = new Path[SHARDS];
    private final String run = HEX.toHexDigits(ThreadLocalRandom.current().nextLong()) + '-';
    private final AtomicLong files = new AtomicLong();

    /**
     * The folder, which is made if it is not there.
     *
     * @throws IOException if it cannot be made or written to; the message names it
     */
    Folder(Path root) throws IOException {
        this.root = root;
        this.beingWritten = root.resolve(NEW);
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = root.resolve(HEX.toHexDigits((byte) i));
        }
        make();
    }

    /**
     * Makes it, if it is not there.
     *
     * @throws IOException if it cannot be made or written to; the message names it
     */
    void make() throws IOException {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new IOException("cache folder is not a folder: " + root);
        }
        try {
            Files.createDirectories(beingWritten);
            Files.delete(Files.createFile(newFile()));
        } catch (IOException failure) {
            throw new IOException("cache folder cannot be written to: " + root + ": " + failure, failure);
        }
    }

    Path root() {
        return root;
    }

    Path shard(int number) {
        return shards[number];
    }

    Path file(Entry entry) {
        return shards[KeyHash.shard(entry.keyHigh)].resolve(EntryNames.of(entry));
    }

    Path file(HeadName head) {
        return shards[head.key().shard()].resolve(head.text());
    }

    /** The folder of files that are being written. */
    Path beingWritten() {
        return beingWritten;
    }

    /** A name for a file that is being written. */
    Path newFile() {
        return beingWritten.resolve(run + Long.toHexString(files.getAndIncrement()) + PART);
    }

    /** Returns whether a file was being written when an earlier run ended. */
    boolean isLeftOver(String name) {
        return NEW_FILE.matcher(name).matches() && !name.startsWith(run);
    }

    /** Moves a file to its place. The folder there is made when the first one comes. */
    static void moveInto(Disk disk, Path from, Path to) throws IOException {
        try {
            disk.move(from, to);
        } catch (NoSuchFileException first) {
            disk.createFolder(to.resolveSibling(""));
            disk.move(from, to);
        }
    }
}
