package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.auth.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hashes were made by other programs: crypt_blowfish, and openssl passwd. */
class PasswordFileTest {
    private static final String USERS = """
            # a comment
            bcrypt:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
            sha256:$5$abcdefgh$6uMC0MXBsOV9HLivFAjIFRqAsv0562HTXxtWq3li4l4
            sha512:$6$abcdefgh$W5ycnYazRK7tqE7ffQfY/CZwRY0sBZOxdWFEvPI6IL8Cu6Ov7.Arwo/hbA1.VYkWoEP4.Rdbu7UrNiyLm90Lk1
            apache:$apr1$abcdefgh$B3yT3tgxouZ4.AiSArvHf.
            """;

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("users"), text);
    }

    @ParameterizedTest
    @CsvSource({"bcrypt, U*U", "sha256, pass-5", "sha512, pass-6", "apache, pass-apr1"})
    void aPasswordFitsItsOwnHash(String user, String password) throws Exception {
        Credentials users = PasswordFile.of(file(USERS));

        assertThat(users.accepts(user, password)).isTrue();
        assertThat(users.accepts(user, password + "x")).isFalse();
        assertThat(users.accepts(user, "")).isFalse();
        assertThat(users.accepts("# a comment", password)).isFalse();
        assertThat(users.accepts("eve", password)).isFalse();
    }

    @Test
    void aChangedFileCountsAtOnceAndABrokenOneOpensNothing() throws Exception {
        Path file = file("sha256:$5$abcdefgh$6uMC0MXBsOV9HLivFAjIFRqAsv0562HTXxtWq3li4l4");
        Credentials users = PasswordFile.of(file);
        assertThat(users.accepts("sha256", "pass-5")).isTrue();

        file("apache:$apr1$abcdefgh$B3yT3tgxouZ4.AiSArvHf.");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(users.accepts("sha256", "pass-5")).isFalse();
        assertThat(users.accepts("apache", "pass-apr1")).isTrue();

        file("apache:plain");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(1)));
        assertThatThrownBy(() -> users.accepts("apache", "plain"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a hash of another form")
                .hasMessageNotContaining("plain");
        Files.delete(file);
        assertThatThrownBy(() -> users.accepts("apache", "pass-apr1")).isInstanceOf(IOException.class);
    }

    @Test
    void aFileWithoutUsersIsRefused() {
        assertThatThrownBy(() -> PasswordFile.of(file("# nobody\n"))).hasMessageContaining("has no users");
    }
}
