package dev.sluice.examples.recipes;

import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.codec.digest.Crypt;
import org.apache.commons.codec.digest.Md5Crypt;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * A server for the users of a file that {@code htpasswd} writes: bcrypt ({@code htpasswd -B}), SHA-crypt ({@code -5}) and
 * the old MD5 of Apache. The hashes are checked by spring-security-crypto and commons-codec. A change of the file counts
 * with the next request; a file that is broken lets nobody enter, and clients get 503.
 */
public final class PasswordFile {
    private final Path file;
    private volatile Content content;

    /** What was read, and how old it was then. */
    private record Content(FileTime time, Map<String, String> hashes) {}

    private PasswordFile(Path file) throws IOException {
        this.file = file;
        this.content = read();
    }

    private Content read() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Map<String, String> hashes = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                hashes.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        if (hashes.isEmpty() || !hashes.values().stream().allMatch(hash -> hash.matches("\\$(2[aby]|5|6|apr1)\\$.+"))) {
            throw new IOException(file + " has no users, or a hash of another form");
        }
        return new Content(time, hashes);
    }

    private String hash(String user) throws IOException {
        if (!Files.getLastModifiedTime(file).equals(content.time())) {
            content = read();
        }
        return content.hashes().get(user);
    }

    private static boolean fits(String password, String hash) {
        if (hash.startsWith("$2")) {
            return BCrypt.checkpw(password, hash);
        }
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        String made = hash.startsWith("$apr1$") ? Md5Crypt.apr1Crypt(bytes, hash) : Crypt.crypt(bytes, hash);
        return MessageDigest.isEqual(made.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts a proxy at {@code port}, 0 for any, that lets the users of {@code file} go to {@code origin}. */
    public static ProxyServer start(int port, Path file, String origin) throws IOException {
        PasswordFile users = new PasswordFile(file);
        // For a user that is not in the file, somebody's hash is checked in vain: it takes the same time.
        String decoy = users.content.hashes().values().iterator().next();
        BasicAuth auth = BasicAuth.of("staff", Credentials.hashed(users::hash, PasswordFile::fits, decoy));
        return ProxyServer.builder()
                .port(port)
                .addFilter(Authentication.require(auth))
                .addRoute("/**", origin)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends; the file is the argument. */
    public static void main(String[] args) throws IOException {
        start(8080, Path.of(args[0]), "http://127.0.0.1:9000");
    }
}
