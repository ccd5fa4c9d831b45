package durations

import "testing"

func TestCache(t *testing.T) {
	var c Cache[string, int]
	const hash, sameSlot = 1 | 2<<8, 1 | 3<<8
	one, two, three := "one", "two", "three"
	if c.Find(hash, &one) != nil {
		t.Error("an empty cache has a value")
	}
	c.Add(hash, &one, 1)
	c.Add(sameSlot, &two, 2)
	for range 2 {
		if v := c.Find(hash, &one); v == nil || *v != 1 {
			t.Error("the first of two keys with a slot in common is not remembered")
		}
		if v := c.Find(sameSlot, &two); v == nil || *v != 2 {
			t.Error("the second of two keys with a slot in common is not remembered")
		}
	}
	if c.Find(hash, &three) != nil {
		t.Error("a value is found for another key of the same hash")
	}
	c.Add(sameSlot, &three, 3)
	if v := c.Find(sameSlot, &three); v == nil || *v != 3 {
		t.Error("the last key is not remembered")
	}
}

// What programs commonly have falls into slots of its own.
func TestHashTellsSeriesApart(t *testing.T) {
	seen := make(map[uint32]string)
	for _, route := range []string{"/", "/users", "/users/{id}", "/orders", "/orders/{id}", "/products/{id}", "/healthz"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			hash := Hash(200, route, method, "")
			key := method + " " + route
			if other, is := seen[hash%(slots*slots)]; is {
				t.Errorf("%s falls into the slots of %s", key, other)
			}
			seen[hash%(slots*slots)] = key
		}
	}
}
