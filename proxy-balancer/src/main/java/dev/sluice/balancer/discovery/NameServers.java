package dev.sluice.balancer.discovery;

import dev.sluice.proxy.syntax.IpLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where questions are sent. Called for each question, so that a change of the file takes effect with the next one. */
@FunctionalInterface
interface NameServers {
    /** The port of RFC 1035 §4.2. */
    int PORT = 53;

    /** The same number as in the C library: {@code MAXNS}, resolv.conf(5). */
    int MOST = 3;

    /** The servers, at least one, in the order in which to ask them. */
    List<InetSocketAddress> servers() throws IOException;

    /**
     * Always these.
     *
     * @throws IllegalArgumentException if there is none, or one is a name that was not resolved
     */
    static NameServers of(List<InetSocketAddress> servers) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers must not be empty");
        }
        for (InetSocketAddress server : servers) {
            if (server.isUnresolved()) {
                throw new IllegalArgumentException("servers must be addresses: " + server);
            }
        }
        return () -> servers;
    }

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

    /** An address, or null; a name is never looked up. The JDK reads a zone, such as that of a link-local address. */
    private static @Nullable InetAddress literal(String text) {
        int zone = text.indexOf('%');
        if (zone < 0) {
            return IpLiteral.parse(text);
        }
        try {
            // In brackets nothing but an address is accepted.
            return InetAddress.getByName('[' + text + ']');
        } catch (UnknownHostException malformed) {
            return null;
        }
    }
}
