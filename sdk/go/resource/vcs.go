package resource

// detectVCS finds vcs.* in what the go command put into the program (semconv
// registry/entities/vcs.md). It knows the commit, and neither branch nor address.
func detectVCS(p *process, a attributes) {
	a.set("vcs.ref.head.revision", p.buildSetting("vcs.revision"))
}

// buildSetting returns one of the settings that the program was built with.
func (p *process) buildSetting(key string) string {
	if p.build == nil {
		return ""
	}
	for _, setting := range p.build.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}
