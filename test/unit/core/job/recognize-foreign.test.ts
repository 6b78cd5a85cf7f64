import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";

describe("a document of another system has one issue with the name of the system", () => {
  test.each([
    ["apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {}\n", "/apiVersion", "a Kubernetes object"],
    ["kind: Workflow\napiVersion: argoproj.io/v1alpha1\nspec: {entrypoint: a}\n", "/apiVersion", "a Kubernetes object"],
    ["name: a\non: [push]\njobs:\n  b: {runs-on: ubuntu, steps: []}\n", "/on", "a GitHub Actions workflow"],
    ["on: push\njobs:\n  b: {uses: ./.github/workflows/c.yml}\n", "/on", "a GitHub Actions workflow"],
    ["jobs:\n  b:\n    steps:\n      - run: make\n", "/jobs", "a GitHub Actions workflow"],
    ["services:\n  web: {image: 'python:3.11'}\n", "/services", "a Docker Compose file"],
    ["version: '3'\nservices:\n  web: {build: .}\n", "/services", "a Docker Compose file"],
    [
      "trigger: [main]\npool: {vmImage: ubuntu-latest}\nsteps:\n  - script: make\n",
      "/pool",
      "an Azure DevOps pipeline",
    ],
    ["trigger: [main]\nsteps:\n  - task: AzureCLI@2\n", "/trigger", "an Azure DevOps pipeline"],
    ["stages:\n  - stage: a\n    jobs: []\n", "/stages", "an Azure DevOps pipeline"],
    ["steps:\n  - bash: make\n", "/steps", "an Azure DevOps pipeline"],
    ["stages: [build]\nmake:\n  stage: build\n  script: [make]\n", "/stages", "a GitLab pipeline"],
  ])("%j", (text, pointer, system) => {
    expect(loadJob(text).issues).toEqual([
      expect.objectContaining({ pointer, code: "not_a_job", message: expect.stringContaining(system) }),
    ]);
  });

  test.each([
    ["type: pipeline\non: push\njobs:\n  b: {runs-on: ubuntu}\n"],
    ["jobs:\n  b: {type: command, command: echo}\n"],
    ["apiVersion: 1\nkind: a\ncommand: echo\n"],
    ["command: echo\nservices:\n  web: {type: jupyter_lab}\n"],
    ["command: echo\nservices:\n  web: {image: a}\n"],
    ["services: [a]\nsteps: []\nstages: {}\n"],
  ])("%j remains a job", (text) => {
    expect(loadJob(text).issues?.map(({ code }) => code)).not.toContain("not_a_job");
  });
});
