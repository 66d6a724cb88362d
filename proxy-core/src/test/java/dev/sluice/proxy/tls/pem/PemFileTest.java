package dev.sluice.proxy.tls.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PemFileTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final String CERTIFICATE = AUTHORITY.pem();
    private static final String KEY = TestAuthority.keyPem(AUTHORITY.certificate("a.test"));

    @TempDir
    private Path folder;

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> PemFile.parse("a.pem", text).certificates())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void textAroundTheBlocksIsIgnored() {
        String text = "﻿Bag Attributes\r\n  localKeyID: 01\r\n" + CERTIFICATE.replace("\n", "\r\n")
                + "\n\nsubject=CN = a\n" + CERTIFICATE.indent(2) + KEY
                + "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----";
        assertThat(PemFile.parse("a.pem", text).certificates())
                .containsExactly(AUTHORITY.certificate(), AUTHORITY.certificate());
    }

    @Test
    void aMarkOfTheByteOrderHidesNoBlock() throws Exception {
        Path file = Files.writeString(folder.resolve("marked.pem"), "\uFEFF" + CERTIFICATE + CERTIFICATE);
        assertThat(PemFile.read(file).certificates()).hasSize(2);
    }

    @Test
    void aBlockWithoutItsEndIsRefused() {
        String[] lines = CERTIFICATE.split("\n");
        String cut = CERTIFICATE.substring(0, CERTIFICATE.indexOf(lines[lines.length - 1]));
        String noEnd = " (CERTIFICATE) has no end: there is no line \"-----END CERTIFICATE-----\"";
        refused(cut, "a.pem, block 1" + noEnd);
        refused(CERTIFICATE + cut, "a.pem, block 2" + noEnd);
        refused(cut + CERTIFICATE, "a.pem, block 1" + noEnd);
        refused(
                cut + "-----END PRIVATE KEY-----\n",
                "a.pem, block 1 (CERTIFICATE) has the end of another: \"-----END PRIVATE KEY-----\"");
    }

    @Test
    void whatIsNoCertificateIsRefused() {
        assertThatThrownBy(() -> PemFile.parse("a.pem", CERTIFICATE.replace("MII", "M!I"))
                        .certificates())
                .hasMessageStartingWith("a.pem, block 1 (CERTIFICATE) is not base64: ");
        assertThatThrownBy(() -> PemFile.parse("a.pem", PemFile.text("CERTIFICATE", new byte[] {1, 2, 3}))
                        .certificates())
                .hasMessageStartingWith("a.pem, block 1 (CERTIFICATE) is not a certificate: ");
        refused(CERTIFICATE + PemFile.text("PKCS7", new byte[3]), "a.pem, block 2 (PKCS7) is not a certificate");
    }

    @Test
    void aFileWithoutWhatIsWantedSaysWhatItHas() {
        refused(KEY, "a.pem has no certificate, only [PRIVATE KEY]");
        refused("", "a.pem has no certificate: it has no PEM block");
        refused("MIIB", "a.pem has no certificate: it has no PEM block");
        assertThatThrownBy(() -> PemFile.parse("a.pem", CERTIFICATE).privateKey(null))
                .hasMessage("a.pem has no private key, only [CERTIFICATE]");
        assertThatThrownBy(() -> PemFile.parse("a.pem", KEY + CERTIFICATE + KEY).privateKey(null))
                .hasMessage("a.pem, block 3 (PRIVATE KEY) is a second private key: the first is block 1");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> PemFile.read(missing)).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> PemFile.read(folder)).hasMessageStartingWith(folder + " cannot be read: ");
        Path large = Files.write(folder.resolve("large.pem"), new byte[4 * 1024 * 1024 + 1]);
        assertThatThrownBy(() -> PemFile.read(large)).hasMessage(large + " is larger than 4194304 bytes");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatDoesNotSayItsSizeIsNotReadWithoutEnd() {
        assertThatThrownBy(() -> PemFile.read(Path.of("/dev/zero")))
                .hasMessage("/dev/zero is larger than 4194304 bytes");
    }
}
