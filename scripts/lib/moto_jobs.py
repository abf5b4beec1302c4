"""What moto's server needs before jobs can run at it: queues, clusters, definitions, projects."""
import json
import urllib.request


def tell(moto, path, document):
    """Tells moto's own API something."""
    request = urllib.request.Request(f"{moto.endpoint}/moto-api/{path}", json.dumps(document).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def moves(moto, model, **how):
    """How a model's states move on: at once, or with so many looks."""
    tell(moto, "state-manager/set-transition", {"model_name": model, "transition": how or {"progression": "immediate"}})


def prepare(moto, role):
    """Makes all of it, and gives the subnet that tasks run in."""
    tell(moto, "config", {"batch": {"use_docker": False}})
    for model, looks in (("glue::job_run", 2), ("athena::execution", 1), ("ecs::task", 1)):
        moves(moto, model, progression="manual", times=looks)
    moto.client("iam").create_role(RoleName="service", AssumeRolePolicyDocument="{}")
    service_role = moto.client("iam").get_role(RoleName="service")["Role"]["Arn"]
    batch = moto.client("batch")
    place = batch.create_compute_environment(computeEnvironmentName="place", type="UNMANAGED", state="ENABLED", serviceRole=service_role)
    batch.create_job_queue(jobQueueName="queue", state="ENABLED", priority=1,
                           computeEnvironmentOrder=[{"order": 1, "computeEnvironment": place["computeEnvironmentArn"]}])
    batch.register_job_definition(jobDefinitionName="work", type="container",
                                  containerProperties={"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]})
    moto.client("glue").create_job(Name="clean", Role=role, Command={"Name": "glueetl", "ScriptLocation": "s3://docs/x.py"},
                                   ExecutionProperty={"MaxConcurrentRuns": 5})
    ecs = moto.client("ecs")
    ecs.create_cluster(clusterName="tasks")
    ecs.register_task_definition(family="work", containerDefinitions=[{"name": "main", "image": "busybox", "memory": 64, "cpu": 1}])
    moto.client("codebuild").create_project(
        name="site", serviceRole=role, source={"type": "S3", "location": "bucket/path"}, artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "standard", "computeType": "BUILD_GENERAL1_SMALL"})
    tell(moto, "static/athena/query-results", {"account_id": "000000000000", "region": "us-east-1", "results": [
        {"rows": [{"Data": [{"VarCharValue": "1"}]}], "column_info": [{"Name": "one", "Type": "integer"}]}]})
    return moto.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
