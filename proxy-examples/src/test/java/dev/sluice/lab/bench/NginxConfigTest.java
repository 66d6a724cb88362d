package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NginxConfigTest {
    @Test
    void nginxCompressesAtTheSameLevelAsTheLibrary() {
        String plain = NginxConfig.proxy(Path.of("/tmp/x"), 80, Setup.to(List.of("127.0.0.1:1")));

        assertThat(NginxConfig.compressing(plain, 0)).isEqualTo(plain).doesNotContain("gzip");
        assertThat(NginxConfig.compressing(plain, 4)).contains("gzip on;\ngzip_proxied any;\ngzip_comp_level 4;\n");
    }
}
