package dev.sluice.balancer.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where questions are sent. Called for each question, so that a change of the file counts from the next one on. */
@FunctionalInterface
interface NameServers {
    /** The port of RFC 1035 §4.2. */
    int PORT = 53;

    /** As many as the C library looks at: {@code MAXNS}, resolv.conf(5). */
    int MOST = 3;

    /** The servers, at least one, in the order in which they are to be asked. */
    List<InetSocketAddress> servers() throws IOException;

    /** The {@code nameserver} lines of a file; nothing else in it counts. */
    static NameServers of(Path resolvConf) {
        return () -> read(resolvConf);
    }

    private static List<InetSocketAddress> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException failure) {
            throw new IOException("name servers must be given, as " + file + " cannot be read: " + failure, failure);
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            InetAddress address = words.length >= 2 && words[0].equals("nameserver") ? literal(words[1]) : null;
            if (address != null && servers.size() < MOST) {
                servers.add(new InetSocketAddress(address, PORT));
            }
        }
        if (servers.isEmpty()) {
            throw new IOException("name servers must be given, as " + file + " names none");
        }
        return servers;
    }

    /** An address, or null; a name is never looked up. */
    private static @Nullable InetAddress literal(String text) {
        boolean ipv6 = text.indexOf(':') >= 0;
        if (!ipv6 && !text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        try {
            // In brackets nothing but an address is accepted. Four numbers are looked up as a name if one is above 255.
            if (ipv6) {
                return InetAddress.getByName('[' + text + ']');
            }
            String[] numbers = text.split("\\.", -1);
            byte[] bytes = new byte[4];
            for (int i = 0; i < 4; i++) {
                int number = Integer.parseInt(numbers[i]);
                if (number > 255) {
                    return null;
                }
                bytes[i] = (byte) number;
            }
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }
}
