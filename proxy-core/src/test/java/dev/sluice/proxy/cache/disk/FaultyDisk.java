package dev.sluice.proxy.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The disk of this machine, with faults. */
final class FaultyDisk implements Disk {
    final List<Path> listed = new CopyOnWriteArrayList<>();
    volatile Comparator<String> order = Comparator.naturalOrder();
    /** How many bytes the system has sent from files. */
    final AtomicLong sent = new AtomicLong();

    volatile boolean full;
    /** Whether files that are open cannot be read any more. */
    volatile boolean broken;

    volatile Predicate<Path> keeps = file -> false;
    volatile Predicate<Path> immovable = file -> false;
    volatile Listing listing = folder -> {};

    /** Is told before a folder is read. */
    interface Listing {
        void of(Path folder) throws IOException;
    }

    private void requireRoom() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    private void requireSound() throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public Opened open(Path file) throws IOException {
        return new FaultyFile(REAL.open(file));
    }

    @Override
    public Opened create(Path file) throws IOException {
        return new FaultyFile(REAL.create(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        if (immovable.test(from)) {
            throw new IOException("in use: " + from);
        }
        REAL.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (keeps.test(file)) {
            throw new IOException("in use: " + file);
        }
        REAL.delete(file);
    }

    @Override
    public List<String> names(Path folder) throws IOException {
        listing.of(folder);
        listed.add(folder);
        List<String> names = new ArrayList<>(REAL.names(folder));
        names.sort(order);
        return names;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        REAL.createFolder(folder);
    }

    @Override
    public boolean exists(Path file) {
        return REAL.exists(file);
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return REAL.read(file);
    }

    @Override
    public void append(Path file, byte[] bytes) throws IOException {
        if (full) {
            REAL.append(file, Arrays.copyOf(bytes, bytes.length / 2));
        }
        requireRoom();
        REAL.append(file, bytes);
    }

    private final class FaultyFile implements Opened {
        private final Opened file;

        private FaultyFile(Opened file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            requireSound();
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            requireRoom();
            file.write(from, position);
        }

        @Override
        public long send(long position, long count, WritableByteChannel to) throws IOException {
            requireSound();
            long now = file.send(position, count, to);
            sent.addAndGet(now);
            return now;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
