package dev.sluice.lab.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP sockets that this process has open. They are read from {@code /proc}; without it the count is 0. */
final class OpenSockets {
    private static final int INODE_COLUMN = 9;

    private OpenSockets() {}

    /** The number of TCP sockets. The JVM has other sockets too, which it needs to close sockets. */
    static long count() {
        try {
            Set<String> tcp = new HashSet<>();
            addInodes(Path.of("/proc/self/net/tcp"), tcp);
            addInodes(Path.of("/proc/self/net/tcp6"), tcp);
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                return descriptors.filter(each -> tcp.contains(inode(each))).count();
            }
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static void addInodes(Path table, Set<String> inodes) throws IOException {
        for (String line : Files.readAllLines(table)) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > INODE_COLUMN) {
                inodes.add(columns[INODE_COLUMN]);
            }
        }
    }

    private static String inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:[") ? target.substring("socket:[".length(), target.length() - 1) : "";
        } catch (IOException closed) {
            return "";
        }
    }
}
