package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.rule.Purges;
import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.PurgeLog;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The purges of a folder, in its file {@code purges}: a line each, with a checksum (CRC-32C). If the file is not there or
 * damaged, nobody knows what has been purged, and nothing is used that is older. A last line that is not whole is of a
 * purge that was cut short, which is left out. The file is written anew with the next purge if it ends so, or if it has
 * many lines more than purges that count. Nothing is forced to the disk. Safe for use by many threads.
 */
final class PurgeFile implements PurgeLog {
    private static final String FILE = "purges";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{8}) ((-?[0-9]{1,18}) (drop|stale)(?: (.+))?)");
    private static final int SPARE_LINES = 1_000;

    private final Disk disk;
    private final Folder folder;
    private final Gate gate;
    private final TimeSource time;
    private final Path file;
    private Purges purges = new Purges(0);
    private int lines;

    PurgeFile(Disk disk, Folder folder, Gate gate, TimeSource time) {
        this.disk = disk;
        this.folder = folder;
        this.gate = gate;
        this.time = time;
        this.file = folder.root().resolve(FILE);
    }

    @Override
    public synchronized void open(Consumer<Purge> heard) throws IOException {
        gate.enter();
        try {
            Purges known = read();
            if (known != null) {
                purges = known;
            } else {
                begin();
            }
        } finally {
            gate.leave();
        }
        purges.all().forEach(heard);
    }

    /** Nothing older is used. If a full disk has no room for the file, the next start knows as little as this one. */
    private void begin() {
        purges.add(null, false, Purges.numberAt(time.now()));
        try {
            rewrite();
        } catch (IOException full) {
            lines = Integer.MAX_VALUE;
        }
    }

    /** What the file says, or null if it does not say all. */
    private @Nullable Purges read() throws IOException {
        String text;
        try {
            text = new String(disk.read(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException first) {
            return null;
        }
        Purges read = new Purges(0);
        int end = text.lastIndexOf('\n');
        for (String line : text.substring(0, Math.max(0, end)).split("\n", -1)) {
            Purge purge = parse(line);
            if (purge == null) {
                return null;
            }
            read.add(purge);
            lines++;
        }
        if (end + 1 < text.length()) {
            lines = Integer.MAX_VALUE;
        }
        return read;
    }

    private static @Nullable Purge parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches() || !parts.group(1).equals(sum(parts.group(2)))) {
            return null;
        }
        return new Purge(parts.group(5), parts.group(4).equals("stale"), Long.parseLong(parts.group(3)));
    }

    private static String line(Purge purge) {
        String tag = purge.tag() == null ? "" : ' ' + purge.tag();
        String text = purge.number() + (purge.soft() ? " stale" : " drop") + tag;
        return sum(text) + ' ' + text + '\n';
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits(sum.getValue(), 8);
    }

    @Override
    public synchronized long add(@Nullable String tag, boolean soft) throws IOException {
        Purge purge = purges.add(tag, soft, Purges.numberAt(time.now()));
        gate.enter();
        try {
            if (lines > 2 * purges.size() + SPARE_LINES || !disk.exists(file)) {
                rewrite();
            } else {
                disk.append(file, line(purge).getBytes(StandardCharsets.UTF_8));
                lines++;
            }
        } catch (IOException failure) {
            // Perhaps half of the line is there: the next purge writes the file anew.
            lines = Integer.MAX_VALUE;
            throw failure;
        } finally {
            gate.leave();
        }
        return purge.number();
    }

    private void rewrite() throws IOException {
        StringBuilder text = new StringBuilder();
        purges.all().forEach(purge -> text.append(line(purge)));
        Path written = folder.newFile();
        try {
            disk.append(written, text.toString().getBytes(StandardCharsets.UTF_8));
            disk.move(written, file);
        } catch (IOException failure) {
            drop(written);
            throw failure;
        }
        lines = purges.size();
    }

    private void drop(Path unused) {
        try {
            disk.delete(unused);
        } catch (IOException left) {
            // The next start deletes it.
        }
    }
}
