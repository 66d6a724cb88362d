package dev.sluice.proxy.cache.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One store uses a folder at a time. The file {@code lock} in it is locked until the store is closed or its process ends,
 * and has the process's number. On POSIX systems a process loses its lock when it closes the file anywhere, so that stores
 * of the same process are told apart before the file is opened. Safe for use by many threads.
 */
final class FolderLock implements Closeable {
    static final String FILE = "lock";

    private static final Set<Path> USED_HERE = ConcurrentHashMap.newKeySet();

    /** Those that another class loader has locked: if they were closed, its lock would be lost. */
    private static final List<FileChannel> KEPT_OPEN = new CopyOnWriteArrayList<>();

    /** The lock is of a byte that nobody reads, as on some systems others cannot read what is locked. */
    private static final long POSITION = Long.MAX_VALUE - 1;

    private final Path folder;
    private FileChannel channel;
    /** The file that is locked, where the system tells files apart. */
    private @Nullable Object file;

    private FolderLock(Path folder) throws IOException {
        this.folder = folder;
        this.channel = locked(folder);
        this.file = key(channel);
    }

    private @Nullable Object key() throws IOException {
        return Files.readAttributes(folder.resolve(FILE), BasicFileAttributes.class)
                .fileKey();
    }

    /** The key of a file that was locked just now. If it cannot be read, the lock is given back. */
    private @Nullable Object key(FileChannel locked) throws IOException {
        try {
            return key();
        } catch (IOException failure) {
            locked.close();
            throw cannotBeLocked(folder, failure);
        }
    }

    /**
     * Locks the folder again if its file is another one: somebody has emptied the folder.
     *
     * @throws IOException if another store has it now
     */
    synchronized void renew() throws IOException {
        if (Files.exists(folder.resolve(FILE)) && Objects.equals(file, key())) {
            return;
        }
        FileChannel lost = channel;
        FileChannel now = locked(folder);
        file = key(now);
        channel = now;
        lost.close();
    }

    /**
     * Locks a folder.
     *
     * @throws IOException if it is in use, or cannot be locked; the message names it
     */
    static FolderLock of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!USED_HERE.add(real)) {
            throw inUse(folder, "another cache of this process");
        }
        FolderLock lock = null;
        try {
            lock = new FolderLock(real);
        } finally {
            if (lock == null) {
                USED_HERE.remove(real);
            }
        }
        return lock;
    }

    private static FileChannel locked(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        FileChannel channel = open(folder, file);
        FileLock lock = null;
        try {
            lock = channel.tryLock(POSITION, 1, false);
        } catch (OverlappingFileLockException here) {
            KEPT_OPEN.add(channel);
            throw inUse(folder, "another cache of this process");
        } catch (IOException failure) {
            channel.close();
            throw cannotBeLocked(folder, failure);
        }
        if (lock == null) {
            channel.close();
            throw inUse(folder, "another process" + number(file));
        }
        writeNumber(channel);
        return channel;
    }

    private static FileChannel open(Path folder, Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw cannotBeLocked(folder, failure);
        }
    }

    private static void writeNumber(FileChannel channel) {
        long number = ProcessHandle.current().pid();
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException full) {
            // It is only for the message to others, and what is locked stays locked.
        }
    }

    private static IOException cannotBeLocked(Path folder, IOException failure) {
        return new IOException("cache folder " + folder + " cannot be locked: " + failure, failure);
    }

    private static IOException inUse(Path folder, String user) {
        return new IOException("cache folder " + folder + " is in use by " + user);
    }

    private static String number(Path file) {
        try {
            String number = Files.readString(file);
            return number.matches("[0-9]{1,10}") ? ", number " + number : "";
        } catch (IOException unknown) {
            return "";
        }
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException lost) {
            // The system takes the lock back when the process ends.
        }
        USED_HERE.remove(folder);
    }
}
