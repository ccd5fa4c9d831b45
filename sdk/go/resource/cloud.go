package resource

import "strconv"

// detectCloud finds cloud.* and faas.* in variables that platforms set for the
// programs that they run (semconv resource/cloud.md, resource/faas.md). What only
// a metadata server knows is left to who may ask one.
func detectCloud(p *process, a attributes) {
	platform := func(provider, name string) {
		a.set("cloud.provider", provider)
		a.set("cloud.platform", name)
	}
	switch {
	case p.getenv("AWS_LAMBDA_FUNCTION_NAME") != "":
		platform("aws", "aws_lambda")
		a.set("faas.name", p.getenv("AWS_LAMBDA_FUNCTION_NAME"))
		a.set("faas.version", p.getenv("AWS_LAMBDA_FUNCTION_VERSION"))
		a.set("faas.instance", p.getenv("AWS_LAMBDA_LOG_STREAM_NAME"))
		if megabytes, err := strconv.ParseInt(p.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32); err == nil {
			a["faas.max_memory"] = megabytes << 20
		}
	case p.first("ECS_CONTAINER_METADATA_URI_V4", "ECS_CONTAINER_METADATA_URI") != "":
		platform("aws", "aws_ecs")
	case p.getenv("K_SERVICE") != "" && !p.inKubernetes(): // where it would be Knative
		platform("gcp", "gcp_cloud_run")
		a.set("faas.name", p.getenv("K_SERVICE"))
		a.set("faas.version", p.getenv("K_REVISION"))
	case p.getenv("CLOUD_RUN_JOB") != "":
		platform("gcp", "gcp_cloud_run")
		a.set("faas.name", p.getenv("CLOUD_RUN_JOB"))
		a.set("gcp.cloud_run.job.execution", p.getenv("CLOUD_RUN_EXECUTION"))
		if index, err := strconv.ParseInt(p.getenv("CLOUD_RUN_TASK_INDEX"), 10, 64); err == nil {
			a["gcp.cloud_run.job.task_index"] = index
		}
	case p.getenv("GAE_SERVICE") != "":
		platform("gcp", "gcp_app_engine")
		a.set("faas.name", p.getenv("GAE_SERVICE"))
		a.set("faas.version", p.getenv("GAE_VERSION"))
		a.set("faas.instance", p.getenv("GAE_INSTANCE"))
	case p.getenv("CONTAINER_APP_NAME") != "":
		platform("azure", "azure.container_apps")
	case p.getenv("WEBSITE_SITE_NAME") != "":
		name := "azure.app_service"
		if p.getenv("FUNCTIONS_EXTENSION_VERSION") != "" {
			name = "azure.functions"
		}
		platform("azure", name)
		a.set("cloud.region", p.getenv("REGION_NAME"))
	}
	if a["cloud.provider"] == "aws" {
		a.set("cloud.region", p.first("AWS_REGION", "AWS_DEFAULT_REGION"))
	}
}
