package dev.sluice.examples.recipes;

import dev.sluice.proxy.auth.Credentials;
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
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * The users of a file that {@code htpasswd} writes: bcrypt ({@code htpasswd -B}), SHA-crypt ({@code -2}, {@code -5}) and the
 * old MD5 of Apache. The hashes are checked by spring-security-crypto and commons-codec. A change of the file counts with
 * the next request; while it is broken or gone nobody enters, and clients get 503.
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

    /**
     * The users of this file.
     *
     * @throws IOException if it cannot be read, has no users, or a hash of another form
     */
    public static Credentials of(Path file) throws IOException {
        PasswordFile users = new PasswordFile(file);
        // For a user that is not in the file, somebody's hash is checked in vain: it takes the same time.
        String decoy = users.content.hashes().values().iterator().next();
        return Credentials.hashed(users::hash, PasswordFile::fits, decoy);
    }

    private Content read() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Map<String, String> hashes = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                hashes.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        if (hashes.isEmpty() || !hashes.values().stream().allMatch(hash -> hash.matches("\\$(2[aby]|5|6|apr1)\\$.+"))) {
            throw new IOException(file + " has no users, or a hash of another form");
        }
        return new Content(time, hashes);
    }

    private @Nullable String hash(String user) throws IOException {
        if (!Files.getLastModifiedTime(file).equals(content.time())) {
            content = read();
        }
        return content.hashes().get(user);
    }

    private static boolean fits(String password, String hash) {
        if (hash.startsWith("$2")) {
            return BCrypt.checkpw(password, hash);
        }
        byte[] given = password.getBytes(StandardCharsets.UTF_8);
        String made = hash.startsWith("$apr1$") ? Md5Crypt.apr1Crypt(given, hash) : Crypt.crypt(given, hash);
        return MessageDigest.isEqual(made.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8));
    }
}
