package dev.sluice.balancer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.tier.ZonePreference;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiersTest {
    @Test
    void theTagOfAMemberNamesItsZone() {
        ZonePreference zone = ZonePreference.of("east").withTag("az");
        assertThat(Tiers.isNear(zone, Map.of("az", "east"))).isTrue();
        assertThat(Tiers.isNear(zone, Map.of("az", "west"))).isFalse();
        assertThat(Tiers.isNear(zone, Map.of("zone", "east"))).isFalse();
    }
}
